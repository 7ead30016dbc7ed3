import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { BrandingCard } from './branding-card.tsx';
import { MailCard } from './mail-card.tsx';
import { SignUpCard } from './sign-up-card.tsx';
import { SsoCard } from './sso-card.tsx';
import { TermsCard } from './terms-card.tsx';

/** What holds for the whole instance. Every change asks who makes it. */
export default function InstanceSettingsPage() {
  const { t } = useTranslation('administration');
  return (
    <Page title={t('settings.title')} lead={t('settings.lead')}>
      <SignUpCard />
      <MailCard />
      <SsoCard />
      <BrandingCard />
      <TermsCard />
    </Page>
  );
}
