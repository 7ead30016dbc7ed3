import type { Locale } from '../../contract/vocabulary.ts';

/** Sentences in a row: with a space between them, except in Chinese, whose full stops bring their own. */
export function joinSentences(sentences: readonly string[], locale: Locale): string {
  return sentences.join(locale === 'zh-CN' ? '' : ' ');
}
