import { useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { Locale, Theme } from '../../contract/vocabulary.ts';
import type { Me } from '../accounts/me.ts';
import { api, read } from '../api.ts';
import { switchLocale } from '../locales/i18n.ts';
import { toastError } from '../ui/toasts.tsx';

interface Preferences {
  theme: Theme;
  setTheme: (theme: Theme) => void;
  setLocale: (locale: Locale) => void;
}

/** Language and theme: changed at once on this device, and kept with the account of whoever is signed in. */
export function usePreferences(): Preferences {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queryClient = useQueryClient();
  const keep = async (change: { locale?: Locale; theme?: Theme }) => {
    const { queryKey } = read('GET /api/me');
    const me = queryClient.getQueryData<Me>(queryKey);
    if (me === undefined) return;
    queryClient.setQueryData<Me>(queryKey, { ...me, user: { ...me.user, ...change } });
    await api('PUT /api/me', { body: change }).catch(toastError);
  };
  return {
    theme: colorScheme === 'auto' ? 'system' : colorScheme,
    setTheme: (theme) => {
      setColorScheme(theme === 'system' ? 'auto' : theme);
      void keep({ theme });
    },
    setLocale: (locale) => {
      void switchLocale(locale);
      void keep({ locale });
    },
  };
}

/** Applies what the account says when it is loaded: the person's setting goes before the device's. */
export function useApplyPreferences(me: Me): void {
  const { setColorScheme } = useMantineColorScheme();
  const { locale, theme } = me.user;
  useEffect(() => {
    if (locale !== null) void switchLocale(locale);
  }, [locale]);
  const show = useEffectEvent(setColorScheme);
  useEffect(() => show(theme === 'system' ? 'auto' : theme), [theme]);
}
