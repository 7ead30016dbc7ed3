import type { Page } from '@playwright/test';
import { fillClipboard, grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { chooseFakeProvider, copyButton, makeSecret, openPanel, rowOf, secretField } from './keys.ts';
import { type Account, makeAccount } from './people.ts';
import { chinese, english, fill, like } from './texts.ts';

const { accounts, credentials, models, overview, sessions, shell } = english;

const KEY_NAME = 'Production';
const MODEL_ID = 'gpt-4o-mini';

test('the main job: register, add and test a key, copy it, find a model, switch language and theme, sign out', async ({
  page,
  context,
  fakeProviderUrl,
  responses,
}) => {
  await grantClipboard(context);
  const account = makeAccount('Ada Lovelace');
  const secret = makeSecret();

  await test.step('the first account becomes the administrator and finds an empty vault', () =>
    registerFirst(page, account));
  await test.step('a pasted key is tested before it is saved', () => addKey(page, secret, fakeProviderUrl));
  await test.step('one click copies the secret, and it appears nowhere', () => copyKey(page, secret));
  await test.step('the key is tested again from its panel', () => testAgain(page));
  await test.step('a model is found and its id copied', () => findModel(page));
  await test.step('language and theme survive a reload', () => switchLook(page));
  await test.step('after signing out, going back shows nothing', () => signOut(page, account, secret));

  const holding = await responses.holding(secret);
  expect(holding.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    expect.stringMatching(/^POST \/api\/keys\/key_\w+\/copy$/),
  ]);
});

/** The first six and the last four characters. */
function preview(secret: string): string {
  return `${secret.slice(0, 6)}...${secret.slice(-4)}`;
}

async function registerFirst(page: Page, { email, name, password }: Account): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: sessions.signIn.firstAccount }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(accounts.register.titleFirst);
  await page.getByLabel(sessions.email, { exact: true }).fill(email);
  await page.getByLabel(new RegExp(`^${accounts.register.name}`)).fill(name);
  await page.getByLabel(sessions.password, { exact: true }).fill(password);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: accounts.register.submitFirst }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(overview.title);
  await expect(page.getByRole('heading', { name: overview.steps.title })).toBeVisible();
  await expect(page.getByRole('heading', { name: overview.recent.title })).toBeHidden();
  await page.getByRole('button', { name: like(shell.account.label) }).click();
  await expect(page.getByRole('menu').getByText(shell.account.admin)).toBeVisible();
  await page.keyboard.press('Escape');
}

async function addKey(page: Page, secret: string, fakeProviderUrl: string): Promise<void> {
  const steps = page.getByRole('region', { name: overview.steps.title });
  await steps.getByRole('link', { name: overview.steps.add.action }).click();
  const dialog = page.getByRole('dialog', { name: credentials.add.title });
  await expect(secretField(dialog)).toBeFocused();
  await fillClipboard(page, secret);
  await page.keyboard.press('Control+V');

  // Many providers share the prefix: they are offered, none is chosen, and nothing is sent anywhere.
  const suggestions = dialog.getByRole('group', { name: credentials.add.couldBe });
  await expect(suggestions.getByText('DeepSeek')).toBeVisible();
  await expect(suggestions.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(dialog.getByPlaceholder(credentials.add.providerSearch)).toHaveValue('');
  await expect(dialog.getByText(credentials.add.waiting)).toBeVisible();

  await chooseFakeProvider(page, dialog, fakeProviderUrl);
  const result = dialog.getByRole('status');
  await expect(result.getByText(credentials.status.valid, { exact: true })).toBeVisible();
  await expect(result.getByText(like(credentials.test.models_other))).toBeVisible();
  await dialog.getByLabel(new RegExp(`^${credentials.add.name}`)).fill(KEY_NAME);
  await dialog.getByRole('button', { name: credentials.add.save, exact: true }).click();

  await expect(page.getByText(fill(credentials.add.savedValid, { name: KEY_NAME }))).toBeVisible();
  await expect(dialog).toBeHidden();
  const row = rowOf(page, KEY_NAME);
  await expect(row.getByText(preview(secret), { exact: true })).toBeVisible();
  await expect(row.getByText(credentials.status.valid, { exact: true })).toBeVisible();
  expect(await readTraces(page)).not.toContain(secret);
}

async function copyKey(page: Page, secret: string): Promise<void> {
  await fillClipboard(page, 'something else');
  await copyButton(page, KEY_NAME).click();
  await expect(page.getByText(fill(shell.ui.copiedName, { name: KEY_NAME }))).toBeVisible();
  await expect(page.getByText(like(shell.ui.clipboard.counting_other))).toBeVisible();
  expect(await readClipboard(page)).toBe(secret);
  expect(await readTraces(page)).not.toContain(secret);
}

async function testAgain(page: Page): Promise<void> {
  const panel = await openPanel(page, KEY_NAME);
  await panel.getByRole('button', { name: credentials.test.again }).click();
  const connection = panel.getByRole('region', { name: credentials.test.title });
  await expect(connection.getByText(like(credentials.test.latency))).toBeVisible();
  await expect(connection.getByText(credentials.status.valid, { exact: true })).toBeVisible();
  const history = panel.getByRole('region', { name: credentials.history.title });
  await expect(history.getByText(credentials.history.action.copied)).toHaveCount(1);
  await panel.getByRole('button', { name: shell.ui.close, exact: true }).click();
  await expect(panel).toBeHidden();
}

async function findModel(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: shell.nav.label }).getByRole('link', { name: shell.nav.models }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(models.page.title);
  await page.getByRole('searchbox', { name: models.filter.search }).fill(MODEL_ID);
  await page
    .getByText(new RegExp(`^${models.category.multimodal}`))
    .first()
    .click();
  await page.getByPlaceholder(models.filter.provider, { exact: true }).click();
  await page.getByRole('option', { name: /^OpenAI \(/ }).click();
  await expect(page).toHaveURL(/\/models\?(?=.*q=gpt-4o-mini)(?=.*category=multimodal)(?=.*provider=openai)/);
  const copy = page.getByRole('button', { name: fill(models.row.copy, { id: MODEL_ID }), exact: true });
  await expect(copy).toHaveCount(1);
  await copy.click();
  await expect(page.getByText(fill(shell.ui.copiedName, { name: MODEL_ID }))).toBeVisible();
  expect(await readClipboard(page)).toBe(MODEL_ID);
}

async function switchLook(page: Page): Promise<void> {
  const html = page.locator('html');
  const title = page.getByRole('heading', { level: 1 });
  await page.getByRole('button', { name: shell.language.label, exact: true }).click();
  await page.getByRole('menuitem', { name: shell.language['zh-CN'] }).click();
  await expect(title).toHaveText(chinese.models.page.title);
  await page.getByRole('button', { name: chinese.shell.theme.label, exact: true }).click();
  await page.getByRole('menuitem', { name: chinese.shell.theme.dark }).click();
  for (const isReloaded of [false, true]) {
    if (isReloaded) await page.reload();
    await expect(title).toHaveText(chinese.models.page.title);
    await expect(html).toHaveAttribute('lang', 'zh-CN');
    await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark');
  }
}

async function signOut(page: Page, { email, name }: Account, secret: string): Promise<void> {
  await page.getByRole('button', { name: like(chinese.shell.account.label) }).click();
  await page.getByRole('menuitem', { name: chinese.shell.account.signOut }).click();
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText(chinese.sessions.signIn.title);
  for (const go of [() => page.goBack(), () => page.goBack(), () => page.goto('/keys')]) {
    await go();
    await expect(title).toHaveText(chinese.sessions.signIn.title);
    const traces = await readTraces(page);
    for (const word of [email, name, KEY_NAME, preview(secret), secret]) expect(traces).not.toContain(word);
  }
}
