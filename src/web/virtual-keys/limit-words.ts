import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatCount } from '../ui/numbers.tsx';
import type { VirtualKey } from './virtual-key.ts';

const numberLimits = ['rpm', 'tpm', 'maxConcurrent'] as const;

/** The limits that are set, each in a few words: `60 requests/min`, `4 at once`, `2 models`. */
export function useLimitWords(): (virtualKey: VirtualKey) => string[] {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  return (virtualKey) => {
    const { models, ipAllowList } = virtualKey;
    const rates = numberLimits.flatMap((name) => {
      const value = virtualKey[name];
      return value === null ? [] : [t(`limit.${name}`, { formatted: formatCount(value, locale) })];
    });
    return [
      ...rates,
      ...(models === null ? [] : [t('limit.models', { count: models.length })]),
      ...(ipAllowList === null ? [] : [t('limit.ips', { count: ipAllowList.length })]),
    ];
  };
}
