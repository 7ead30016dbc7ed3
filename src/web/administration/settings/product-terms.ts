import type { Locale } from '../../../contract/vocabulary.ts';

const loaders = {
  en: () => import('../../locales/en/terms.ts'),
  'zh-CN': () => import('../../locales/zh-CN/terms.ts'),
} as const satisfies Record<Locale, () => Promise<unknown>>;

/** The terms that come with the product as plain text, to be edited. Rejects when they cannot be loaded. */
export async function productTerms(locale: Locale): Promise<string> {
  const { default: terms } = await loaders[locale]();
  const sections = Object.values(terms.sections).map(({ title, text }) => `# ${title}\n\n${text}`);
  return [terms.lead, ...sections].join('\n\n');
}
