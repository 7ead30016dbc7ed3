import { useTranslation } from 'react-i18next';
import type { Locale } from '../../contract/vocabulary.ts';

/** The language on the screen. */
export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}
