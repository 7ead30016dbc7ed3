import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Locale, locales } from '../../contract/vocabulary.ts';
import type english from './en/index.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof english;
  }
}

const STORAGE_NAME = 'akm.locale';

const loaders = {
  en: () => import('./en/index.ts'),
  'zh-CN': () => import('./zh-CN/index.ts'),
} as const satisfies Record<Locale, () => Promise<{ default: object }>>;

function isLocale(value: string | null): value is Locale {
  return locales.some((locale) => locale === value);
}

/** The choice saved on this device, else the first language of the browser that we speak, else English. */
export function deviceLocale(): Locale {
  const saved = localStorage.getItem(STORAGE_NAME);
  if (isLocale(saved)) return saved;
  for (const language of navigator.languages) {
    if (language.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (language.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

async function load(locale: Locale): Promise<void> {
  if (i18next.hasResourceBundle(locale, 'shell')) return;
  const { default: texts } = await loaders[locale]();
  for (const [namespace, tree] of Object.entries(texts)) i18next.addResourceBundle(locale, namespace, tree);
}

/** Starts with the texts of one language; the other is loaded when somebody switches. */
export async function startI18n(): Promise<i18n> {
  const locale = deviceLocale();
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    defaultNS: 'shell',
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
  return i18next;
}

/** Loads and shows a language, and remembers it on this device. */
export async function switchLocale(locale: Locale): Promise<void> {
  localStorage.setItem(STORAGE_NAME, locale);
  if (i18next.language === locale) return;
  await load(locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}
