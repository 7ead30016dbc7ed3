import { useTranslation } from 'react-i18next';
import { ChangePassword } from '../accounts/change-password.tsx';
import { EmailCard } from '../accounts/email-card.tsx';
import { PasskeysCard } from '../second-factors/passkeys-card.tsx';
import { SecondFactorCard } from '../second-factors/second-factor-card.tsx';
import { Page } from '../ui/page.tsx';
import { OrganisationCard } from './organisation-card.tsx';
import { SessionList } from './session-list.tsx';
import { SignInHistory } from './sign-in-history.tsx';

export default function SecurityPage() {
  const { t } = useTranslation('sessions');
  return (
    <Page title={t('security.title')} lead={t('security.lead')}>
      <SecondFactorCard />
      <PasskeysCard />
      <EmailCard />
      <ChangePassword />
      <OrganisationCard />
      <SessionList />
      <SignInHistory />
    </Page>
  );
}
