import { useTranslation } from 'react-i18next';
import type { SignInMethod } from '../../contract/vocabulary.ts';
import { describeDevice } from './device.ts';

/** "Chrome on Windows", in the person's language. */
export function useDeviceName(): (userAgent: string) => string {
  const { t } = useTranslation('sessions');
  return (userAgent) => {
    const { browser, system } = describeDevice(userAgent);
    if (browser !== null && system !== null) return t('security.device', { browser, system });
    return browser ?? system ?? t('security.unknownDevice');
  };
}

/** "Password and second factor"; a passkey is both in one. */
export function useMethodWords(): (signIn: { method: SignInMethod; secondFactor: boolean }) => string {
  const { t } = useTranslation('sessions');
  return ({ method, secondFactor }) => {
    const words = t(`security.method.${method}`);
    return secondFactor && method !== 'passkey' ? t('security.withFactor', { method: words }) : words;
  };
}
