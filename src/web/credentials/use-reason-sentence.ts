import { useCallback } from 'react';
import { isProbeReason, probeSentence } from '../../providers/probe-reasons.ts';
import { useLocale } from '../locales/use-locale.ts';
import { useProviders } from './key-queries.ts';

/** The sentence of a test's reason in the language on the screen; null for a reason this version does not know. */
export function useReasonSentence(): (reason: string, providerId: string) => string | null {
  const language = useLocale() === 'zh-CN' ? 'zh' : 'en';
  const { nameOf } = useProviders();
  return useCallback(
    (reason, providerId) =>
      isProbeReason(reason) ? tidy(probeSentence(reason, { language, provider: nameOf(providerId) })) : null,
    [language, nameOf],
  );
}

/** Between two Chinese words there is no space, whatever the name is that was put in. */
function tidy(sentence: string): string {
  return sentence.replace(/(?<=[\p{Script=Han}（）])\s+(?=[\p{Script=Han}（）])/gu, '');
}
