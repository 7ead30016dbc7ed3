import { useTranslation } from 'react-i18next';
import { CopyButton, SECRET_CLEAR_MS } from '../ui/copy.tsx';
import type { Credential } from './credential.ts';
import classes from './key-preview.module.css';
import { useFetchSecret } from './use-fetch-secret.ts';

/** What may be shown of the secret, with the button that copies the whole of it without showing it. */
export function KeyPreview({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const fetchSecret = useFetchSecret();
  const { id, name } = credential;
  const isCopyable = credential.mayCopy && credential.deletedAt === null && credential.status !== 'unreadable';
  return (
    <span className={classes.chip}>
      <code className={classes.preview} translate="no">
        {credential.preview}
      </code>
      {isCopyable && (
        <CopyButton
          value={() => fetchSecret(id)}
          label={t('copy.label', { name })}
          name={name}
          clearAfterMs={SECRET_CLEAR_MS}
          size={26}
        />
      )}
    </span>
  );
}
