import { Select, Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply, OperationRequest } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { useAllowed } from '../accounts/use-allowed.ts';
import { api, read } from '../api.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SidePanel } from '../ui/side-panel.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import classes from './audit.module.css';
import type { AuditScope } from './audit-queries.ts';
import { StreamSettings } from './stream-settings.tsx';

export type AuditSettings = OperationReply<Operations['GET /api/audit-events/settings']>;
type Change = NonNullable<OperationRequest<Operations['PUT /api/audit-events/settings']>['body']>;

/** Saves a change of the settings, and shows it; resolves to the signing secret of a new address. */
export type SaveSettings = (change: Change) => Promise<string | null>;

/** The operations of the workspace's trail, and of the instance's. */
const operations = {
  workspace: { read: 'GET /api/audit-events/settings', save: 'PUT /api/audit-events/settings' },
  instance: { read: 'GET /api/admin/settings/audit', save: 'PUT /api/admin/settings/audit' },
} as const;

interface KeepPanelProps {
  scope: AuditScope;
  onClose: () => void;
}

/** How long events are kept and where they are sent. In a workspace, administrators look and owners decide. */
export default function KeepPanel({ scope, onClose }: KeepPanelProps) {
  const { t } = useTranslation('audit');
  const isOwner = useAllowed('audit:edit');
  const mayEdit = scope === 'instance' || isOwner;
  const queryClient = useQueryClient();
  const names = operations[scope];
  const options = read(names.read);
  const settings = useQuery(options);
  const save: SaveSettings = async (change) => {
    const reply = await withFreshSignIn(() => api(names.save, { body: change }));
    const { signingSecret, ...next } = reply;
    queryClient.setQueryData<AuditSettings>(options.queryKey, next);
    return signingSecret;
  };
  return (
    <SidePanel isOpen onClose={onClose} title={t('keep.title')}>
      {settings.isPending && <Skeleton height={280} radius="md" />}
      {settings.isError && <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.data !== undefined && (
        <div className={classes.sections}>
          {!mayEdit && <p className={classes.running}>{t('keep.readOnly')}</p>}
          <Retention settings={settings.data} mayEdit={mayEdit} onSave={save} />
          <StreamSettings stream={settings.data.stream} mayEdit={mayEdit} onSave={save} />
        </div>
      )}
    </SidePanel>
  );
}

const DAYS_OF_YEAR = 365;
/** In days. */
const spans = [30, 90, 180, 365, 730, 1095, 1825, 3650] as const;
const FOREVER = 'forever';

interface RetentionProps {
  settings: AuditSettings;
  mayEdit: boolean;
  onSave: SaveSettings;
}

function Retention({ settings: { keepDays }, mayEdit, onSave }: RetentionProps) {
  const { t } = useTranslation('audit');
  const [asked, setAsked] = useState<number | null>(null);
  const words = (days: number) =>
    days % DAYS_OF_YEAR === 0 ? t('keep.years', { count: days / DAYS_OF_YEAR }) : t('keep.days', { count: days });
  const choices = keepDays === null || spans.some((span) => span === keepDays) ? spans : [keepDays, ...spans];
  const choose = (value: string | null) => {
    const days = value === null || value === FOREVER ? null : Number(value);
    // Keeping longer takes nothing away, so nobody is asked.
    if (days !== null && (keepDays === null || days < keepDays)) setAsked(days);
    else if (days !== keepDays)
      void onSave({ keepDays: days })
        .then(() => toastDone(t('keep.saved')))
        .catch(toastError);
  };
  return (
    <section className={classes.part}>
      <Select
        label={t('keep.retention')}
        description={t('keep.retentionHint')}
        value={keepDays === null ? FOREVER : String(keepDays)}
        data={[
          { value: FOREVER, label: t('keep.forever') },
          ...choices.map((days) => ({ value: String(days), label: words(days) })),
        ]}
        allowDeselect={false}
        disabled={!mayEdit}
        onChange={choose}
      />
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={t('keep.askTitle', { time: words(asked ?? 0) })}
        confirmLabel={t('keep.askAction')}
        onConfirm={async () => {
          await onSave({ keepDays: asked });
          toastDone(t('keep.saved'));
        }}
      >
        <p>{t('keep.askText')}</p>
      </ConfirmDialog>
    </section>
  );
}
