import { expect, type Locator, type Page } from '@playwright/test';
import type { Locale } from '../src/contract/vocabulary.ts';
import { texts } from './texts.ts';

type Texts = (typeof texts)[Locale];

interface PlaceOnScreen {
  name: string;
  path: string;
  /** What stands on the page once it is complete. */
  shows: (page: Page, words: Texts) => Locator;
}

const title = (page: Page, words: string) => page.getByRole('heading', { level: 1, name: words, exact: true });

export const publicPages: readonly PlaceOnScreen[] = [
  { name: 'sign-in', path: '/sign-in', shows: (page, { sessions }) => title(page, sessions.signIn.title) },
  { name: 'register', path: '/register', shows: (page, { accounts }) => title(page, accounts.register.title) },
  {
    name: 'forgotten password',
    path: '/forgot-password',
    shows: (page, { sessions }) => title(page, sessions.forgot.title),
  },
  { name: 'new password', path: '/reset#token', shows: (page, { sessions }) => title(page, sessions.reset.title) },
  {
    name: 'verification of an e-mail',
    path: '/verify-email#token',
    shows: (page, { sessions }) => title(page, sessions.verifyEmail.title),
  },
  {
    name: 'a link without its token',
    path: '/shared',
    shows: (page, { shareLinks }) => title(page, shareLinks.shared.noTokenTitle),
  },
  {
    name: 'invitation',
    path: '/invite',
    shows: (page, { invitations }) => title(page, invitations.accept.noTokenTitle),
  },
  { name: 'terms', path: '/terms', shows: (page, { terms }) => title(page, terms.title) },
];

export const privatePages: readonly PlaceOnScreen[] = [
  { name: 'overview', path: '/', shows: (page, { overview }) => page.getByText(overview.activity.title) },
  {
    name: 'keys',
    path: '/keys',
    shows: (page, { credentials }) => page.getByLabel(credentials.page.listName).or(page.getByRole('table')),
  },
  {
    name: 'models',
    path: '/models',
    shows: (page, { models }) => page.getByLabel(models.page.listName).or(page.getByRole('table')),
  },
  {
    name: 'providers',
    path: '/providers',
    shows: (page, { providers }) => page.getByText(providers.console, { exact: true }),
  },
  {
    name: 'virtual keys',
    path: '/virtual-keys',
    shows: (page, { virtualKeys }) => page.getByRole('heading', { name: virtualKeys.page.title, level: 1 }),
  },
  {
    name: 'playground',
    path: '/playground',
    shows: (page, { playground }) => page.getByRole('heading', { name: playground.page.title, level: 1 }),
  },
  {
    name: 'budget alerts',
    path: '/settings/alerts',
    shows: (page, { settings }) => page.getByText(settings.alerts.lead),
  },
  {
    name: 'usage',
    path: '/usage',
    shows: (page, { usage }) =>
      page.getByText(usage.empty.title).or(page.getByRole('heading', { name: usage.breakdown.title })),
  },
  {
    name: 'log of calls',
    path: '/usage/log',
    shows: (page, { usage }) => page.getByText(usage.empty.title).or(page.getByRole('table')),
  },
  {
    name: 'profile',
    path: '/settings/profile',
    shows: (page, { accounts }) => page.getByLabel(accounts.profile.name, { exact: true }),
  },
  {
    name: 'security',
    path: '/settings/security',
    shows: (page, { sessions }) => page.getByText(sessions.security.thisOne, { exact: true }),
  },
  {
    name: 'notifications',
    path: '/settings/notifications',
    shows: (page, { notifications }) => page.getByRole('switch', { name: notifications.kind.security.name }),
  },
  {
    name: 'team',
    path: '/team',
    shows: (page, { members }) => page.getByText(members.personal.title),
  },
  {
    name: 'workspace',
    path: '/team/workspace',
    shows: (page, { workspaces }) => page.getByText(workspaces.policy.allowsShareLinks.label),
  },
  {
    name: 'audit',
    path: '/audit',
    shows: (page, { audit }) => page.getByLabel(audit.listName).or(page.getByRole('table')),
  },
  {
    name: 'appearance',
    path: '/settings/appearance',
    shows: (page, { settings }) => title(page, settings.appearance.title),
  },
];

/** Goes to a page and waits until everything it loads is there. */
export async function visit(page: Page, place: PlaceOnScreen, locale: Locale = 'en'): Promise<void> {
  await page.goto(place.path);
  await expect(place.shows(page, texts[locale]).first(), place.name).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
}
