import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { api, read } from '../../api.ts';
import { useNow } from '../../credentials/use-now.ts';
import { useLocale } from '../../locales/use-locale.ts';
import settings from '../../settings/settings.module.css';
import { formatRelative } from '../../ui/time.tsx';
import { toastDone, toastError } from '../../ui/toasts.tsx';
import { useSwitchWorkspace } from '../../workspaces/active-workspace.ts';
import { Card } from './card.tsx';

type Deleted = OperationReply<Operations['GET /api/workspaces/deleted']>['items'][number];

/** The deleted workspaces that can still be brought back; nothing where there are none. */
export function DeletedCard() {
  const { t } = useTranslation('workspaces');
  const { data } = useQuery(read('GET /api/workspaces/deleted'));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Card title={t('deleted.title')} lead={t('deleted.lead')}>
      <ul className={settings.list}>
        {data.items.map((workspace) => (
          <Line key={workspace.id} workspace={workspace} />
        ))}
      </ul>
    </Card>
  );
}

function Line({ workspace }: { workspace: Deleted }) {
  const { t } = useTranslation('workspaces');
  const locale = useLocale();
  const switchTo = useSwitchWorkspace();
  const [isBusy, setIsBusy] = useState(false);
  const { id, name, deletedAt, purgedAt } = workspace;
  const now = useNow();
  const relative = (time: string) => formatRelative(time, now, locale);
  const restore = async () => {
    setIsBusy(true);
    try {
      await api('POST /api/workspaces/{id}/restore', { params: { id } });
      toastDone(t('deleted.restored', { name }));
      await switchTo(id, '/team');
    } catch (error) {
      toastError(error);
      setIsBusy(false);
    }
  };
  return (
    <li className={settings.item}>
      <Trash2 size={20} strokeWidth={1.75} className={settings.itemIcon} aria-hidden />
      <div className={settings.itemWords}>
        <strong>{name}</strong>
        <span>
          {t('deleted.since', { when: relative(deletedAt) })} · {t('deleted.until', { when: relative(purgedAt) })}
        </span>
      </div>
      <Button
        size="xs"
        variant="default"
        loading={isBusy}
        aria-label={t('deleted.restoreNamed', { name })}
        onClick={() => void restore()}
      >
        {t('deleted.restore')}
      </Button>
    </li>
  );
}
