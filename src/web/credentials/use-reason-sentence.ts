import { useCallback } from 'react';
import { isProbeReason, probeSentence } from '../../providers/probe-reasons.ts';
import { useLocale } from '../locales/use-locale.ts';
import { useProviders } from './key-queries.ts';

/** The sentence of a test's reason in the language on the screen; null for a reason this version does not know. */
export function useReasonSentence(): (reason: string, providerId: string) => string | null {
  const language = useLocale() === 'zh-CN' ? 'zh' : 'en';
  const { find, nameOf } = useProviders();
  return useCallback(
    (reason, providerId) => {
      if (!isProbeReason(reason)) return null;
      const [sibling] = find(providerId)?.siblings ?? [];
      const names = { provider: nameOf(providerId), ...(sibling === undefined ? {} : { sibling: nameOf(sibling) }) };
      return tidy(probeSentence(reason, { language, ...names }));
    },
    [language, find, nameOf],
  );
}

/** Between two Chinese words there is no space, whatever the name is that was put in. */
function tidy(sentence: string): string {
  return sentence.replace(/(?<=[\p{Script=Han}（）])\s+(?=[\p{Script=Han}（）])/gu, '');
}
