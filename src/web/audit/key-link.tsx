import { useTranslation } from 'react-i18next';
import { isCredentialId } from '../credentials/credential.ts';
import { LinkButton } from '../ui/link-button.tsx';
import type { AuditEvent } from './audit-queries.ts';

/** The way to the key that an event is about; a refused call names it in its path alone. */
export function KeyLink({ event }: { event: AuditEvent }) {
  const { t } = useTranslation('audit');
  const path = typeof event.details.path === 'string' ? event.details.path : '';
  const id = event.target?.type === 'key' ? event.target.id : /^\/api\/keys\/([^/?]+)/.exec(path)?.[1];
  if (!isCredentialId(id) || event.action === 'key.purged') return null;
  return (
    <LinkButton to="/keys" search={{ key: id }} size="xs" variant="default">
      {t('detail.openKey')}
    </LinkButton>
  );
}
