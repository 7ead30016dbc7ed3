import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Check, Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { locales } from '../../contract/vocabulary.ts';
import { useLocale } from '../locales/use-locale.ts';
import { usePreferences } from './preferences.ts';

export function LanguageMenu() {
  const { t } = useTranslation();
  const current = useLocale();
  const { setLocale } = usePreferences();
  return (
    <Menu position="bottom-end" width={180} transitionProps={{ duration: 120 }}>
      <Tooltip label={t('language.label')}>
        <Menu.Target>
          <ActionIcon size={34} aria-label={t('language.label')}>
            <Languages size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown aria-label={t('language.label')}>
        {locales.map((locale) => (
          <Menu.Item
            key={locale}
            lang={locale}
            onClick={() => setLocale(locale)}
            aria-current={locale === current}
            rightSection={locale === current ? <Check size={15} aria-hidden /> : null}
          >
            {t(`language.${locale}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
