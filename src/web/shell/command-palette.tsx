import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Copy, Languages, LogOut, Plus, Search } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAllowed } from '../../contract/permissions.ts';
import { locales, themes } from '../../contract/vocabulary.ts';
import { useMe } from '../accounts/me.ts';
import { read } from '../api.ts';
import { useProviders } from '../credentials/key-queries.ts';
import { useFetchSecret } from '../credentials/use-fetch-secret.ts';
import { useLocale } from '../locales/use-locale.ts';
import { noteModelCopied } from '../models/copied-model.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { useSignOut } from '../sessions/sign-out.ts';
import { usePreferences } from '../settings/preferences.ts';
import { themeIcons } from '../settings/theme-menu.tsx';
import { SECRET_CLEAR_MS, useCopy } from '../ui/copy.tsx';
import { useActiveWorkspace } from '../workspaces/active-workspace.ts';
import classes from './command-palette.module.css';
import { placesOf } from './navigation.ts';

const RESULTS_MAX = 6;
const SETTLE_MS = 160;
const [store, spotlight] = createSpotlight();

interface Command {
  id: string;
  group: string;
  label: string;
  description?: string;
  icon: ReactNode;
  run: () => void;
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function matches(command: Command, words: string): boolean {
  return words === '' || command.label.toLowerCase().includes(words.toLowerCase());
}

/** Marks the first command as chosen, the way the palette marks it after a press of an arrow key. */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId);
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected');
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.updateState((state) => ({ ...state, selected: 0 }));
}

/** Stands in the list, so that Enter runs the first command without a press of the arrow keys. */
function ChosenFirst({ id }: { id: string | undefined }) {
  useEffect(() => {
    if (id === undefined) return;
    // The store learns the list's own id in an effect that runs after this one.
    const frame = requestAnimationFrame(selectFirst);
    return () => cancelAnimationFrame(frame);
  }, [id]);
  return null;
}

/** Pages, and what can be done from anywhere. */
function useFixedCommands(): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const locale = useLocale();
  const { theme, setTheme, setLocale } = usePreferences();
  const signOut = useSignOut();
  const { user } = useMe();
  const { role } = useActiveWorkspace();
  const actions = t('palette.actions');
  return [
    ...placesOf(user, role).map(({ to, name, icon: Icon }) => ({
      id: `page:${to}`,
      group: t('palette.pages'),
      label: t(`nav.${name}`),
      icon: <Icon size={16} aria-hidden />,
      run: () => void navigate({ to }),
    })),
    ...(isAllowed('credential:create', role, null)
      ? [
          {
            id: 'add-key',
            group: actions,
            label: t('palette.addKey'),
            icon: <Plus size={16} aria-hidden />,
            run: () => void navigate({ to: '/keys', search: { add: 1 } }),
          },
        ]
      : []),
    ...locales
      .filter((other) => other !== locale)
      .map((other) => ({
        id: `language:${other}`,
        group: actions,
        label: t(`language.${other}`),
        icon: <Languages size={16} aria-hidden />,
        run: () => setLocale(other),
      })),
    ...themes
      .filter((other) => other !== theme)
      .map((other) => {
        const Icon = themeIcons[other];
        return {
          id: `theme:${other}`,
          group: actions,
          label: t('palette.themeTo', { theme: t(`theme.${other}`) }),
          icon: <Icon size={16} aria-hidden />,
          run: () => setTheme(other),
        };
      }),
    {
      id: 'sign-out',
      group: actions,
      label: t('palette.signOut'),
      icon: <LogOut size={16} aria-hidden />,
      run: () => void signOut(),
    },
  ];
}

/** Keys and models that match what was typed, to be copied. */
function useFoundCommands(words: string): { commands: Command[]; isSearching: boolean } {
  const { t } = useTranslation();
  const { copy } = useCopy();
  const { nameOf } = useProviders();
  const fetchSecret = useFetchSecret();
  const query = { ...(words === '' ? {} : { q: words }), limit: RESULTS_MAX };
  const keys = useQuery({ ...read('GET /api/keys', { query }), placeholderData: keepPreviousData });
  const models = useQuery({
    ...read('GET /api/models', { query }),
    enabled: words !== '',
    placeholderData: keepPreviousData,
  });
  const keyCommands = (keys.data?.items ?? [])
    .filter(({ mayCopy }) => mayCopy)
    .map(({ id, name, preview, provider }) => ({
      id: `key:${id}`,
      group: t('palette.keys'),
      label: name,
      description: preview,
      icon: <ProviderMark providerId={provider} name={provider} size={18} />,
      run: () => void copy(() => fetchSecret(id), { name, clearAfterMs: SECRET_CLEAR_MS }),
    }));
  const modelCommands = (words === '' ? [] : (models.data?.items ?? [])).map(({ id, provider }) => ({
    id: `model:${provider}/${id}`,
    group: t('palette.models'),
    label: id,
    description: nameOf(provider),
    icon: <ProviderMark providerId={provider} name={nameOf(provider)} size={18} />,
    run: () => void copy(id, { name: id, onCopied: noteModelCopied }),
  }));
  return { commands: [...keyCommands, ...modelCommands], isSearching: keys.isFetching || models.isFetching };
}

function Row({ command }: { command: Command }) {
  const isKey = command.id.startsWith('key:');
  const isCopied = isKey || command.id.startsWith('model:');
  return (
    <Spotlight.Action onClick={command.run} className={classes.action}>
      <span className={classes.icon}>{command.icon}</span>
      <span className={classes.label}>{command.label}</span>
      {command.description !== undefined && (
        <span className={classes.description} data-secret={isKey}>
          {command.description}
        </span>
      )}
      {isCopied && <Copy size={14} className={classes.copies} data-secret={isKey} aria-hidden />}
    </Spotlight.Action>
  );
}

/** Opens as soon as it stands on the page and calls `onClose` when it is gone. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim());
  const fixed = useFixedCommands().filter((command) => matches(command, typed.trim()));
  const { commands: found, isSearching } = useFoundCommands(words);
  useEffect(() => spotlight.open(), []);
  // Until the answer for these words is here, what was found before counts only as far as it fits them.
  const isStale = words !== typed.trim() || isSearching;
  const fitting = isStale ? found.filter((command) => matches(command, typed.trim())) : found;
  const commands = typed.trim() === '' ? [...fixed, ...fitting] : [...fitting, ...fixed];
  const groups = Map.groupBy(commands, ({ group }) => group);
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={onClose}
      shortcut={null}
      radius="lg"
      attributes={{ content: { 'aria-label': t('palette.label') } }}
      scrollable
      maxHeight={440}
      transitionProps={{ duration: 120 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      centered={false}
      yOffset="12vh"
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.label')}
        leftSection={<Search size={17} aria-hidden />}
      />
      <Spotlight.ActionsList>
        <ChosenFirst id={commands[0]?.id} />
        {[...groups].map(([group, members]) => (
          <Spotlight.ActionsGroup key={group} label={group} className={classes.group}>
            {members.map((command) => (
              <Row key={command.id} command={command} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {commands.length === 0 && (
          <Spotlight.Empty>{isSearching ? t('palette.searching') : t('palette.nothing')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
