import { useTranslation } from 'react-i18next';
import { ChangePassword } from '../accounts/change-password.tsx';
import { Page } from '../ui/page.tsx';
import { SessionList } from './session-list.tsx';

export default function SecurityPage() {
  const { t } = useTranslation('sessions');
  return (
    <Page title={t('security.title')} lead={t('security.lead')}>
      <ChangePassword />
      <SessionList />
    </Page>
  );
}
