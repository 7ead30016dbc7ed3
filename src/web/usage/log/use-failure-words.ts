import { useTranslation } from 'react-i18next';
import { failureKinds } from '../../../providers/provider.ts';
import type { UsageEvent } from './log-queries.ts';

/** Why an attempt failed, in the person's language; null where it did not. Codes of the network are told as one. */
export function useFailureWords(): (event: Pick<UsageEvent, 'errorCode'>) => string | null {
  const { t } = useTranslation('usage');
  return ({ errorCode }) => {
    if (errorCode === null) return null;
    const kind = failureKinds.find((known) => known === errorCode);
    return t(`reason.${kind ?? 'other'}`);
  };
}
