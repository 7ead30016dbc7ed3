import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Check, type LucideIcon, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type Theme, themes } from '../../contract/vocabulary.ts';
import { usePreferences } from './preferences.ts';

export const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const satisfies Record<Theme, LucideIcon>;

export function ThemeMenu() {
  const { t } = useTranslation();
  const { theme: current, setTheme } = usePreferences();
  const CurrentIcon = themeIcons[current];
  return (
    <Menu position="bottom-end" width={180} transitionProps={{ duration: 120 }}>
      <Tooltip label={t('theme.label')}>
        <Menu.Target>
          <ActionIcon size={34} aria-label={t('theme.label')}>
            <CurrentIcon size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown aria-label={t('theme.label')}>
        {themes.map((theme) => {
          const Icon = themeIcons[theme];
          return (
            <Menu.Item
              key={theme}
              onClick={() => setTheme(theme)}
              aria-current={theme === current}
              leftSection={<Icon size={15} aria-hidden />}
              rightSection={theme === current ? <Check size={15} aria-hidden /> : null}
            >
              {t(`theme.${theme}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
