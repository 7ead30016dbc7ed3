import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, read } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Time } from '../../ui/time.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { type Credential, type CredentialVersion, may } from '../credential.ts';
import { useRefreshKeys } from '../key-queries.ts';
import classes from './panel.module.css';
import { ReplaceSecret } from './replace-secret.tsx';
import { Section } from './section.tsx';

/** The versions of the secret, each restorable, and the way to replace it. */
export function SecretSection({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const { id, name } = credential;
  const refresh = useRefreshKeys();
  const { data, error, isPending } = useQuery(read('GET /api/keys/{id}/versions', { params: { id } }));
  const [isReplacing, setIsReplacing] = useState(false);
  const [restoring, setRestoring] = useState<CredentialVersion | null>(null);
  const isEditable = may(credential, 'manage') && credential.deletedAt === null;

  const restore = async () => {
    if (restoring === null) return;
    const { version } = restoring;
    await api('POST /api/keys/{id}/versions/{version}/restore', { params: { id, version } });
    await refresh();
    toastDone(t('secret.restored', { version }));
  };

  return (
    <Section
      title={t('secret.title')}
      action={
        isEditable &&
        !isReplacing && (
          <Button size="compact-sm" variant="default" onClick={() => setIsReplacing(true)}>
            {t('secret.replace')}
          </Button>
        )
      }
    >
      {isReplacing && <ReplaceSecret id={id} onClose={() => setIsReplacing(false)} />}
      {error !== null && <InlineError error={error} />}
      {isPending && <Skeleton height={44} radius="md" />}
      {data !== undefined && (
        <ul className={`${classes.box} ${classes.lines}`}>
          {data.items.map((version) => (
            <VersionLine
              key={version.version}
              version={version}
              {...(isEditable ? { onRestore: () => setRestoring(version) } : {})}
            />
          ))}
        </ul>
      )}
      <ConfirmDialog
        isOpen={restoring !== null}
        onClose={() => setRestoring(null)}
        title={t('secret.restoreTitle', { version: restoring?.version ?? 0 })}
        confirmLabel={t('secret.restoreAction')}
        isDangerous={false}
        onConfirm={restore}
      >
        <p>{t('secret.restoreSentence', { name, preview: restoring?.preview ?? '' })}</p>
      </ConfirmDialog>
    </Section>
  );
}

function VersionLine({ version, onRestore }: { version: CredentialVersion; onRestore?: () => void }) {
  const { t } = useTranslation('credentials');
  return (
    <li className={classes.line}>
      <div className={classes.lineMain}>
        <Mono tone="secret">{version.preview}</Mono>
        <div className={classes.lineSide}>
          {t('secret.version', { version: version.version })} · <Time value={version.createdAt} /> ·{' '}
          {t('secret.by', { person: version.createdBy })}
        </div>
      </div>
      {version.isCurrent ? (
        <span className={classes.lineSide}>{t('secret.current')}</span>
      ) : (
        onRestore !== undefined && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<RotateCcw size={13} aria-hidden />}
            aria-label={t('secret.restore', { version: version.version })}
            onClick={onRestore}
          >
            {t('secret.restoreAction')}
          </Button>
        )
      )}
    </li>
  );
}
