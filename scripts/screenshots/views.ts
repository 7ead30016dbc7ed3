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
  { name: 'forgot-password', path: '/forgot-password', isPublic: true },
  { name: 'reset', path: '/reset#token', isPublic: true },
  { name: 'reset-incomplete', path: '/reset', isPublic: true },
  { name: 'verify-email', path: '/verify-email#token', isPublic: true },
  { name: 'shared', path: '/shared#token', isPublic: true, prepare: showShared },
  { name: 'shared-opened', path: '/shared#token', isPublic: true, prepare: openShared },
  { name: 'shared-gone', path: '/shared#token', isPublic: true, isFailing: true },
  { name: 'sso-failed', path: '/sso/callback?state=sign_in.x', isPublic: true, isFailing: true },
  { name: 'invite', path: '/invite', isPublic: true },
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
  { name: 'virtual-keys', path: '/virtual-keys' },
  { name: 'virtual-keys-empty', path: '/virtual-keys', prepare: showNoVirtualKeys },
  { name: 'virtual-keys-none-found', path: '/virtual-keys?q=nothing-like-this' },
  { name: 'virtual-keys-panel', path: '/virtual-keys', prepare: openVirtualKey },
  { name: 'virtual-keys-revoke', path: '/virtual-keys', prepare: askToRevoke },
  { name: 'virtual-keys-alerts', path: '/virtual-keys', prepare: openAlerts },
  { name: 'virtual-keys-create', path: '/virtual-keys?add=1' },
  { name: 'virtual-keys-limits', path: '/virtual-keys?add=1', prepare: openLimits },
  { name: 'virtual-keys-issued', path: '/virtual-keys?add=1', prepare: issueVirtualKey },
  { name: 'playground', path: '/playground' },
  { name: 'playground-answer', path: '/playground?model=deepseek/deepseek-v4-flash', prepare: askPlayground },
  { name: 'playground-refused', path: '/playground?model=mistral/x', isFailing: true, prepare: askPlayground },
  { name: 'playground-empty', path: '/playground', prepare: (page) => showEmpty(page, '/playground') },
  { name: 'team', path: '/team' },
  { name: 'team-workspace', path: '/team/workspace' },
  { name: 'settings-alerts', path: '/settings/alerts' },
  { name: 'settings-profile', path: '/settings/profile' },
  { name: 'settings-security', path: '/settings/security' },
  { name: 'settings-security-connect', path: '/settings/security', prepare: connectApp },
  { name: 'settings-security-codes', path: '/settings/security', prepare: showRecoveryCodes },
  { name: 'settings-security-passkey', path: '/settings/security', prepare: nameNewPasskey },
  { name: 'settings-security-confirm', path: '/settings/security', isFailing: true, prepare: askWhoIsThere },
  { name: 'settings-notifications', path: '/settings/notifications' },
  { name: 'notifications', path: '/', prepare: openBell },
  { name: 'settings-appearance', path: '/settings/appearance' },
  { name: 'models-prices', path: '/models?panel=prices' },
  { name: 'models-aliases', path: '/models?panel=aliases' },
  { name: 'models-own-price', path: '/models?q=gpt-5.5&model=openai/gpt-5.5', prepare: enterPrice },
  { name: 'usage', path: '/usage', prepare: waitForChart },
  { name: 'usage-hover', path: '/usage', prepare: hoverChart },
  { name: 'usage-tokens', path: '/usage?chart=tokens&by=provider', prepare: waitForChart },
  { name: 'usage-requests', path: '/usage?chart=requests&by=tool&range=7d', prepare: waitForChart },
  { name: 'usage-latency', path: '/usage?chart=latency&by=virtualKey', prepare: waitForChart },
  { name: 'usage-table', path: '/usage', prepare: openChartTable },
  { name: 'usage-none-found', path: '/usage?model=nothing-like-this' },
  { name: 'usage-empty', path: '/usage', prepare: showNoUsage },
  { name: 'usage-log', path: '/usage/log' },
  { name: 'usage-log-failed', path: '/usage/log?outcome=failed' },
  { name: 'usage-log-unpriced', path: '/usage/log?price=unpriced' },
  { name: 'usage-log-panel', path: '/usage/log?outcome=ok', prepare: openFirstCall },
  { name: 'usage-log-panel-failed', path: '/usage/log?outcome=failed', prepare: openFirstCall },
  { name: 'audit', path: '/audit' },
  { name: 'audit-none-found', path: '/audit?q=nothing-like-this' },
  { name: 'audit-panel', path: '/audit', prepare: openFirstEvent },
  { name: 'audit-verified', path: '/audit', prepare: verifyChain },
  {
    name: 'audit-keep',
    path: '/audit?panel=keep',
    prepare: (page) => page.getByRole('dialog').locator('form').waitFor(),
  },
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

async function waitForChart(page: Page): Promise<void> {
  await page.locator('main .recharts-surface path').first().waitFor();
}

async function hoverChart(page: Page): Promise<void> {
  await waitForChart(page);
  const surface = page.locator('main .recharts-surface').first();
  // On a phone the chart begins below the screen.
  await surface.scrollIntoViewIfNeeded();
  const box = await surface.boundingBox();
  if (box !== null) await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6);
  await page.locator('main .recharts-tooltip-wrapper tr').last().waitFor();
}

async function openChartTable(page: Page): Promise<void> {
  await page.locator('main summary').click();
  await page.locator('main details table').scrollIntoViewIfNeeded();
}

async function openFirstCall(page: Page): Promise<void> {
  await page.locator('main [data-row-name]').first().click();
  await page.getByRole('dialog').locator('dl').waitFor();
}

async function enterPrice(page: Page): Promise<void> {
  const panel = page.getByRole('dialog');
  await panel.locator('button:has(.lucide-tag)').click();
  await panel.nth(1).locator('input').first().fill('0.0000025');
}

/** What a person sees whose gateway was not used yet. */
async function showNoUsage(page: Page): Promise<void> {
  await page.route('**/api/usage/summary?*', async (route) => {
    const reply: { totals: object } = await (await route.fetch()).json();
    await route.fulfill({ json: { ...reply, totals: { ...reply.totals, attempts: 0, requests: 0 }, rows: [] } });
  });
  await page.goto('/usage', { waitUntil: 'networkidle' });
}

async function showNoVirtualKeys(page: Page): Promise<void> {
  await page.route('**/api/virtual-keys?*', (route) => route.fulfill({ json: { items: [], nextCursor: null } }));
  await page.goto('/virtual-keys', { waitUntil: 'networkidle' });
}

async function openVirtualKey(page: Page): Promise<void> {
  await page.locator('main [data-row-name]').nth(1).click();
  await page.getByRole('dialog').locator('pre').waitFor();
}

async function askToRevoke(page: Page): Promise<void> {
  await openVirtualKey(page);
  await page.getByRole('dialog').locator('button:has(.lucide-ban)').click();
  await page.getByRole('dialog').nth(1).waitFor();
}

async function openAlerts(page: Page): Promise<void> {
  await page.locator('main header button[aria-expanded]').click();
  await page.getByRole('dialog').waitFor();
}

async function openLimits(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.locator('label').nth(2).click();
  for (const at of [0, 1]) await dialog.getByRole('checkbox').nth(at).check();
  await dialog.locator('button[aria-expanded=false]').last().click();
  await dialog.locator('button[type=submit]').scrollIntoViewIfNeeded();
}

/** The answer is made up on the way, so that the demo data stays as it is. */
async function issueVirtualKey(page: Page): Promise<void> {
  const reply = await page.request.get('/api/virtual-keys?limit=1');
  const { items }: { items: object[] } = await reply.json();
  await page.route('**/api/virtual-keys', (route) =>
    route.fulfill({ status: 201, json: { virtualKey: items[0], secret: `sk-akm-${'0'.repeat(49)}` } }),
  );
  const dialog = page.getByRole('dialog');
  await dialog.locator('input').first().fill('Cursor');
  await dialog.locator('button[type=submit]').click();
  await dialog.locator('pre').waitFor();
}

async function askPlayground(page: Page): Promise<void> {
  await page.locator('main form textarea').fill('What is a virtual key?');
  await page.keyboard.press('Enter');
  await page.locator('[role=log] ul, [role=log] [role=alert]').first().waitFor();
}

/** The answers are made up on the way, so that the demo account stays as it is. */
async function connectApp(page: Page): Promise<void> {
  const secret = 'ABCDEFGH'.repeat(4);
  const uri = `otpauth://totp/API%20Key%20Manager:demo%40example.com?secret=${secret}&issuer=API%20Key%20Manager`;
  await page.route('**/api/me/totp', (route) => route.fulfill({ json: { secret, uri } }));
  await page.locator('section[aria-labelledby=second-factor] li button').first().click();
  await page.getByRole('dialog').locator('svg[role=img]').waitFor();
}

async function showRecoveryCodes(page: Page): Promise<void> {
  const recoveryCodes = Array.from(
    { length: 10 },
    (_, at) => `${at}${'abc'.repeat(9)}`.match(/.{4}/g)?.join('-') ?? '',
  );
  await page.route('**/api/me/totp/confirm', (route) => route.fulfill({ json: { recoveryCodes } }));
  await connectApp(page);
  await page.getByRole('dialog').locator('input[name=code]').fill('123456');
  await page.getByRole('dialog').locator('li').first().waitFor();
}

async function nameNewPasskey(page: Page): Promise<void> {
  await page.locator('section[aria-labelledby=passkeys] header button').click();
  await page.getByRole('dialog').locator('input').waitFor();
}

async function askWhoIsThere(page: Page): Promise<void> {
  const refusal = { error: { code: 'fresh_sign_in_needed', message: '' } };
  await page.route('**/api/me/totp', (route) => route.fulfill({ status: 403, json: refusal }));
  await page.locator('section[aria-labelledby=second-factor] li button').first().click();
  await page.getByRole('dialog').locator('input[name=password]').waitFor();
}

async function openFirstEvent(page: Page): Promise<void> {
  await page.locator('main [data-row-name]').first().click();
  await page.getByRole('dialog').locator('dl').first().waitFor();
}

async function verifyChain(page: Page): Promise<void> {
  await page.locator('main header button').last().click();
  await page.locator('main [data-intact]').waitFor();
}

async function showShared(page: Page): Promise<void> {
  const found = {
    label: 'OpenAI production',
    needsPassphrase: true,
    expiresAt: '2030-01-01T12:00:00.000Z',
    viewsLeft: 1,
  };
  await page.route('**/api/shared/read', (route) => route.fulfill({ json: found }));
  await page.route('**/api/shared/open', (route) => route.fulfill({ json: { secret: 'sk-shown-once', viewsLeft: 0 } }));
  await page.goto('/shared', { waitUntil: 'networkidle' });
  await page.goto('/shared#token', { waitUntil: 'networkidle' });
  await page.locator('input[name=passphrase]').waitFor();
}

async function openShared(page: Page): Promise<void> {
  await showShared(page);
  await page.locator('input[name=passphrase]').fill('four words');
  await page.locator('button[type=submit]').click();
  await page.locator('main button[aria-expanded]').click();
  await page.locator('main textarea').waitFor();
}

async function openBell(page: Page): Promise<void> {
  await page.locator('section button:has(.lucide-bell)').first().click();
  await page.locator('[role=dialog] h2').waitFor();
}
