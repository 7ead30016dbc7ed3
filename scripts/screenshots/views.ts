import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { fakeSecret } from '../../src/testing/fake-provider/accounts.ts';
import { flavourOf } from '../../src/testing/fake-provider/route.ts';
import { type FakeBehaviour, fakeBehaviours } from '../../src/testing/fake-provider/settings.ts';
import type { Subject } from './browser.ts';

/** One picture: where to go, and what to do before it is taken. */
export interface View {
  name: string;
  path: string;
  isPublic?: boolean;
  /** The view shows a failed call, which the browser notes in the console. */
  isFailing?: boolean;
  prepare?: (page: Page, subject: Subject) => Promise<unknown>;
}

export const views: readonly View[] = [
  { name: 'sign-in', path: '/sign-in', isPublic: true },
  { name: 'sign-in-refused', path: '/sign-in', isPublic: true, isFailing: true, prepare: signInWrongly },
  { name: 'register', path: '/register', isPublic: true },
  { name: 'terms', path: '/terms', isPublic: true },
  { name: 'overview', path: '/' },
  { name: 'overview-empty', path: '/', prepare: (page) => showEmpty(page, '/') },
  { name: 'overview-failed', path: '/', isFailing: true, prepare: failEverything },
  { name: 'keys', path: '/keys' },
  { name: 'keys-empty', path: '/keys', prepare: (page) => showEmpty(page, '/keys') },
  { name: 'keys-none-found', path: '/keys?q=nothing-like-this' },
  { name: 'keys-trash', path: '/keys?status=trashed' },
  { name: 'keys-bulk', path: '/keys', prepare: tickTwo },
  { name: 'keys-panel', path: '/keys', prepare: (page) => openKey(page, 'DeepSeek') },
  { name: 'keys-panel-end', path: '/keys', prepare: openKeyEnd },
  { name: 'keys-copied', path: '/keys', prepare: copyFirst },
  { name: 'keys-delete', path: '/keys', prepare: askToDelete },
  { name: 'keys-add', path: '/keys?add=1' },
  { name: 'keys-add-tested', path: '/keys?add=1', prepare: (page, subject) => pasteKey(page, subject, 'valid') },
  { name: 'keys-add-failed', path: '/keys?add=1', prepare: (page, subject) => pasteKey(page, subject, 'invalid') },
  { name: 'keys-add-more', path: '/keys?add=1', prepare: openMore },
  { name: 'keys-add-unsure', path: '/keys?add=1', prepare: (page) => paste(page, `sk-${'0a1b2c3d'.repeat(4)}`) },
  { name: 'keys-add-several', path: '/keys?add=1', prepare: pasteSeveral },
  { name: 'models', path: '/models' },
  { name: 'models-search', path: '/models?q=gpt' },
  { name: 'models-panel', path: '/models?q=claude-sonnet-4-5&model=anthropic/claude-sonnet-4-5' },
  { name: 'models-compare', path: comparison(), prepare: openComparison },
  { name: 'models-chosen', path: comparison() },
  { name: 'models-none-found', path: '/models?q=nothing-like-this' },
  { name: 'providers', path: '/providers' },
  { name: 'providers-add', path: '/providers', prepare: (page) => page.locator('main header button').first().click() },
  { name: 'settings-profile', path: '/settings/profile' },
  { name: 'settings-security', path: '/settings/security' },
  { name: 'settings-appearance', path: '/settings/appearance' },
  { name: 'not-found', path: '/nothing-here' },
  { name: 'palette', path: '/', prepare: openPalette },
  { name: 'palette-found', path: '/', prepare: searchPalette },
];

function comparison(): string {
  return '/models?compare=openai/gpt-5.5,anthropic/claude-opus-4-8,deepseek/deepseek-v4-pro';
}

async function signInWrongly(page: Page): Promise<void> {
  await page.locator('input[name=email]').fill('nobody@example.com');
  await page.locator('input[name=password]').fill('not the password');
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').waitFor();
}

/** What a person sees who has no keys yet, without touching those of the account. */
async function showEmpty(page: Page, path: string): Promise<void> {
  await page.route('**/api/keys?*', (route) => route.fulfill({ json: { items: [], nextCursor: null } }));
  await page.route('**/api/overview', async (route) => {
    const reply = await route.fetch();
    const none = {
      keys: { total: 0, byStatus: {} },
      providersUsed: 0,
      needAttention: [],
      recentKeys: [],
      recentEvents: [],
    };
    await route.fulfill({ json: { ...(await reply.json()), ...none } });
  });
  await page.goto(path, { waitUntil: 'networkidle' });
}

async function failEverything(page: Page): Promise<void> {
  await page.route('**/api/overview', (route) => route.abort());
  await page.goto('/', { waitUntil: 'networkidle' });
  await page.getByRole('alert').waitFor({ timeout: 20_000 });
}

async function openKey(page: Page, words: string): Promise<void> {
  const reply = await page.request.get(`/api/keys?limit=1&q=${encodeURIComponent(words)}`);
  const { items }: { items: { id: string }[] } = await reply.json();
  await page.goto(`/keys?key=${items[0]?.id ?? ''}`, { waitUntil: 'networkidle' });
}

async function openKeyEnd(page: Page): Promise<void> {
  await openKey(page, 'DeepSeek');
  await page.getByRole('dialog').locator('button').last().scrollIntoViewIfNeeded();
}

async function askToDelete(page: Page): Promise<void> {
  await openKeyEnd(page);
  await page.getByRole('dialog').locator('button').last().click();
  await page.getByRole('dialog').nth(1).waitFor();
}

async function tickTwo(page: Page): Promise<void> {
  const boxes = page.locator('main').getByRole('checkbox');
  await boxes.nth(1).check();
  await boxes.nth(2).check();
}

async function copyFirst(page: Page): Promise<void> {
  await page.locator('main button[data-secret=true]').first().click();
  await page.locator('main button[data-copied=true]').waitFor();
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.getByRole('dialog').locator('input').first().focus();
  await page.keyboard.press('ControlOrMeta+v');
}

/** Pastes a key whose test the fake provider answers; the address of the fake is put in on the way to the server. */
export async function pasteKey(page: Page, subject: Subject, behaviour: FakeBehaviour): Promise<void> {
  const provider = 'deepseek';
  const baseUrl = `${subject.fake}/${provider}${flavourOf(provider).mainBase}`;
  await page.route('**/api/keys/test', (route) => {
    const body: object = route.request().postDataJSON();
    return route.continue({ postData: JSON.stringify({ ...body, baseUrl }) });
  });
  await paste(page, `DEEPSEEK_API_KEY=${fakeSecret(behaviour, randomBytes(16).toString('hex'))}`);
  await page.locator('[role=dialog] [data-state=done]').waitFor();
  await page.waitForLoadState('networkidle');
}

async function openMore(page: Page, subject: Subject): Promise<void> {
  await pasteKey(page, subject, 'no_quota');
  await page.getByRole('dialog').locator('button[aria-expanded=false]').last().click();
}

async function pasteSeveral(page: Page): Promise<void> {
  const lines = ['OPENAI_API_KEY', 'DEEPSEEK_API_KEY', 'STAGING_ANTHROPIC_API_KEY', 'SOME_TOKEN'].map(
    (name, index) => `${name}=${fakeSecret(fakeBehaviours[index] ?? 'valid', randomBytes(16).toString('hex'))}`,
  );
  await paste(page, lines.join('\n'));
  await page.getByRole('dialog').locator('table').waitFor();
}

async function openComparison(page: Page): Promise<void> {
  await page.locator('main section button').last().click();
  await page.getByRole('dialog').locator('table').waitFor();
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await page.locator('[data-action][data-selected]').waitFor();
}

async function searchPalette(page: Page): Promise<void> {
  await openPalette(page);
  await page.keyboard.type('deepseek');
  await page.waitForResponse(/\/api\/models\?/);
  await page.locator('[data-action] [data-secret=true]').first().waitFor();
}
