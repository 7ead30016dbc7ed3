import { useTranslation } from 'react-i18next';
import { useActiveWorkspace } from '../workspaces/active-workspace.ts';
import { type Credential, may } from './credential.ts';

/** What the person may do with a key of a team, where that is less than everything. */
export function OwnLevel({ credential }: { credential: Credential }) {
  const { t } = useTranslation('grants');
  const { kind } = useActiveWorkspace();
  if (kind === 'personal' || may(credential, 'manage')) return null;
  const level = may(credential, 'copy') ? 'copy' : may(credential, 'use') ? 'use' : 'see';
  return <span title={t('own.label')}>{t(`own.${level}`)}</span>;
}
