import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BrowserContext, Page } from '@playwright/test';
import { ApiError } from '../src/contract/client.ts';
import { expectAccessible, looks } from './axe.ts';
import { grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { type Account, makeAccount, type Person, registerAccount, signIn, signInByForm } from './people.ts';
import { english, fill, texts } from './texts.ts';

const { accounts, administration: words, errors, overview, sessions, shell } = english;

const addresses = ['users', 'settings', 'system', 'usage', 'audit'].map((page) => `/administration/${page}`);

const title = (page: Page) => page.getByRole('heading', { level: 1 });

/** Administrators are made by administrators; the first of this installation belongs to another journey. */
function inDatabase<Result>(directory: string, work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(join(directory, 'data', 'akm.db'), { timeout: 5000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function makeAdministrator(directory: string, { email }: Account): void {
  const change = 'update users set is_instance_admin = 1 where email = ?';
  inDatabase(directory, (database) => database.prepare(change).run(email));
}

/** Leaves one administrator while `work` runs. */
async function withOnlyAdministrator(directory: string, { email }: Account, work: () => Promise<void>): Promise<void> {
  const others = 'select id from users where is_instance_admin = 1 and email <> ?';
  const ids = inDatabase(directory, (database) =>
    database
      .prepare(others)
      .all(email)
      .map(({ id }) => String(id)),
  );
  const set = (value: 0 | 1) =>
    inDatabase(directory, (database) => {
      const change = database.prepare('update users set is_instance_admin = ? where id = ?');
      for (const id of ids) change.run(value, id);
    });
  set(0);
  try {
    await work();
  } finally {
    set(1);
  }
}

async function openAdministrator(
  context: BrowserContext,
  { productUrl, directory }: { productUrl: string; directory: string },
): Promise<Person> {
  const account = await registerAccount(productUrl, `Ada ${makeAccount('').email}`);
  makeAdministrator(directory, account);
  return signIn(context, productUrl, account);
}

/** Opens the panel of an account through the search. */
async function openUser(page: Page, account: Account) {
  await page.goto('/administration/users');
  await page.getByRole('searchbox', { name: words.users.search }).fill(account.email);
  await page.getByRole('button', { name: fill(words.users.open, { name: account.name }) }).click();
  const panel = page.getByRole('dialog', { name: account.name, exact: true });
  await expect(panel.getByText(account.email)).toBeVisible();
  return panel;
}

/** Presses a button of the panel and confirms what it asks. */
async function act(page: Page, action: 'disable' | 'enable' | 'demote' | 'reset', account: Account): Promise<void> {
  const { ask, submit } = words.action[action];
  await page.getByRole('button', { name: submit, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: fill(ask, { name: account.name }) });
  await dialog.getByRole('button', { name: submit, exact: true }).click();
}

test('an account that is disabled is out at its next step, and back in when it is enabled', async ({
  page,
  context,
  browser,
  productUrl,
  directory,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 40[13] /);
  await openAdministrator(context, { productUrl, directory });
  const account = await registerAccount(productUrl, `Disabled ${makeAccount('').email}`);
  const elsewhere = await browser.newContext({ baseURL: productUrl, locale: 'en-US' });
  await complaints.watch(elsewhere);
  const there = await elsewhere.newPage();
  await there.goto('/sign-in');
  await signInByForm(there, account);
  await expect(title(there)).toHaveText(overview.title);

  const panel = await openUser(page, account);
  await act(page, 'disable', account);
  await expect(page.getByText(fill(words.action.disable.done, { name: account.name }))).toBeVisible();
  await expect(panel.getByText(words.users.disabled, { exact: true })).toBeVisible();

  await there.getByRole('navigation').getByRole('link', { name: shell.nav.keys, exact: true }).click();
  await expect(title(there)).toHaveText(sessions.signIn.title);
  expect(await readTraces(there)).not.toContain(account.email);
  await signInByForm(there, account);
  await expect(there.getByRole('alert')).toContainText(errors.sign_in_failed.text);

  await act(page, 'enable', account);
  await expect(page.getByText(fill(words.action.enable.done, { name: account.name }))).toBeVisible();
  await signInByForm(there, account);
  await expect(title(there)).not.toHaveText(sessions.signIn.title);
  await elsewhere.close();
});

test('a reset link is copied without standing on the page, and sets a new password', async ({
  page,
  context,
  browser,
  productUrl,
  directory,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 401 /);
  await grantClipboard(context);
  await openAdministrator(context, { productUrl, directory });
  const account = await registerAccount(productUrl, `Forgetful ${makeAccount('').email}`);
  await openUser(page, account);
  await act(page, 'reset', account);
  const dialog = page.getByRole('dialog', { name: fill(words.link.title, { name: account.name }) });
  await dialog.getByRole('button', { name: words.link.copy }).click();
  await expect(page.getByText(fill(shell.ui.copiedName, { name: words.link.name }))).toBeVisible();
  const link = new URL(await readClipboard(page));
  expect(link.origin + link.pathname).toBe(`${productUrl}/reset`);
  expect(link.hash.length).toBeGreaterThan(20);
  expect(await readTraces(page)).not.toContain(link.hash.slice(1));

  const next = makeAccount('').password;
  const elsewhere = await browser.newContext({ baseURL: productUrl, locale: 'en-US' });
  await complaints.watch(elsewhere);
  const there = await elsewhere.newPage();
  await there.goto(link.href);
  await there.getByLabel(sessions.reset.next, { exact: true }).fill(next);
  await expect(there.getByText(accounts.password.strong)).toBeVisible();
  await there.getByRole('button', { name: sessions.reset.submit }).click();
  await expect(title(there)).toHaveText(sessions.reset.doneTitle);
  await there.goto('/sign-in');
  await signInByForm(there, { ...account, password: next });
  await expect(title(there)).toHaveText(overview.title);
  await elsewhere.close();
});

test('the last administrator stays one, and is told why', async ({
  page,
  context,
  productUrl,
  directory,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 409 .*\/api\/admin\/users\//);
  const administrator = await openAdministrator(context, { productUrl, directory });
  await withOnlyAdministrator(directory, administrator, async () => {
    const panel = await openUser(page, administrator);
    await act(page, 'demote', administrator);
    const ask = page.getByRole('dialog', { name: fill(words.action.demote.ask, { name: administrator.name }) });
    await expect(ask.getByRole('alert')).toContainText(errors.last_administrator.text);
    await ask.getByRole('button', { name: shell.ui.cancel }).click();
    await expect(panel.getByText(words.users.administrator, { exact: true }).first()).toBeVisible();
  });
});

test('an account is deleted only after its address was typed', async ({ page, context, productUrl, directory }) => {
  await openAdministrator(context, { productUrl, directory });
  const account = await registerAccount(productUrl, `Gone ${makeAccount('').email}`);
  const panel = await openUser(page, account);
  const { ask, submit, type, done } = words.action.delete;
  await panel.getByRole('button', { name: submit, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: fill(ask, { name: account.name }) });
  const confirm = dialog.getByRole('button', { name: submit, exact: true });
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel(fill(type, { email: account.email })).fill(account.email);
  await confirm.click();
  await expect(page.getByText(fill(done, { name: account.name }))).toBeVisible();
  await expect(panel).toBeHidden();
  await expect(page.getByRole('heading', { name: words.users.nothing })).toBeVisible();
});

test('settings are saved, shown where they count, and secrets never come back', async ({
  page,
  context,
  productUrl,
  directory,
  responses,
}) => {
  const administrator = await openAdministrator(context, { productUrl, directory });
  const { password: secret } = makeAccount('');
  await page.goto('/administration/settings');
  const mail = page.getByRole('form', { name: words.mail.title });
  await mail.getByRole('button', { name: words.save }).click();
  await expect(mail.getByText(words.settings.needed)).toHaveCount(2);
  await mail.getByLabel(words.mail.host).fill('smtp.example.com');
  await mail.getByLabel(words.mail.username).fill('keys');
  await mail.getByLabel(words.mail.secret, { exact: true }).fill(secret);
  await mail.getByLabel(words.mail.from).fill('keys@example.com');
  await mail.getByRole('button', { name: words.save }).click();
  await expect(mail.getByText(words.settings.secretStored)).toBeVisible();
  expect(await readTraces(page)).not.toContain(secret);

  const branding = page.getByRole('form', { name: words.branding.title });
  await branding.getByLabel(words.branding.name).fill('Keys of Example Ltd');
  await branding.getByLabel(words.branding.note).fill('Ask Ada for an account.');
  await branding.getByRole('button', { name: words.save }).click();
  await expect(page.getByRole('link', { name: 'Keys of Example Ltd' }).first()).toBeVisible();

  const terms = page.getByRole('form', { name: words.terms.title });
  await terms.getByRole('button', { name: words.terms.own }).click();
  await terms.getByRole('textbox').fill('# Our rules\n\nBe kind. <b>Really</b>.');
  await terms.getByText(words.terms.preview, { exact: true }).click();
  await expect(terms.getByRole('heading', { name: 'Our rules' })).toBeVisible();
  await terms.getByRole('button', { name: words.save }).click();
  await expect(page.getByText(words.saved, { exact: true }).first()).toBeVisible();

  await page.reload();
  await expect(mail.getByLabel(words.mail.host)).toHaveValue('smtp.example.com');
  await expect(mail.getByText(words.settings.secretStored)).toBeVisible();
  expect(await responses.holding(secret)).toEqual([]);
  await page.goto('/terms');
  await expect(page.getByRole('heading', { name: 'Our rules' })).toBeVisible();
  await expect(page.getByText('Be kind. <b>Really</b>.')).toBeVisible();
  await context.clearCookies();
  await page.goto('/sign-in');
  await expect(page.getByText('Ask Ada for an account.')).toBeVisible();
  await expect(page.getByText('Keys of Example Ltd')).toBeVisible();

  await administrator.api('DELETE /api/admin/settings/mail');
  await administrator.api('PUT /api/admin/settings/branding', { body: { name: null, signInNote: null } });
  await administrator.api('PUT /api/admin/settings/terms', { body: { en: null, 'zh-CN': null } });
});

test('who may register is chosen with one click and holds at once', async ({
  page,
  context,
  browser,
  productUrl,
  directory,
}) => {
  await openAdministrator(context, { productUrl, directory });
  await page.goto('/administration/settings');
  const choose = (name: string) => page.getByRole('radio', { name }).click();
  await choose(words.signUp.closed);
  await expect(page.getByText(words.saved, { exact: true })).toBeVisible();
  const elsewhere = await browser.newContext({ baseURL: productUrl, locale: 'en-US' });
  const there = await elsewhere.newPage();
  await there.goto('/sign-in');
  await expect(there.getByText(sessions.signIn.closed)).toBeVisible();
  await choose(words.signUp.open);
  await expect(page.getByRole('radio', { name: words.signUp.open })).toBeChecked();
  await expect(async () => {
    await there.reload();
    await expect(there.getByRole('link', { name: sessions.signIn.register })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await elsewhere.close();
});

test('what administrators did stands in the trail of the instance, and its chain is intact', async ({
  page,
  context,
  productUrl,
  directory,
}) => {
  const administrator = await openAdministrator(context, { productUrl, directory });
  const account = await registerAccount(productUrl, 'Audited');
  const { items } = await administrator.api('GET /api/admin/users', { query: { q: account.email } });
  for (const { id: userId } of items)
    await administrator.api('POST /api/admin/users/{userId}/sign-out', { params: { userId } });
  await page.goto(`/administration/audit?q=${encodeURIComponent(account.email)}`);
  const sentence = fill(english.audit.action.account.sessions_ended, {
    actor: english.audit.you,
    target: account.email,
  });
  await expect(page.getByRole('button', { name: sentence })).toBeVisible();
  await page.getByRole('button', { name: words.audit.verify }).click();
  const chains = page.getByRole('group').filter({ hasText: words.audit.chains });
  if ((await chains.getAttribute('open')) === null) await chains.getByText(words.audit.chains).first().click();
  const row = chains.getByRole('row').filter({ hasText: words.audit.instanceChain });
  await expect(row.getByText(words.audit.ok)).toBeVisible();
  const { keep, settings } = english.audit;
  await page.getByRole('button', { name: settings }).click();
  const panel = page.getByRole('dialog', { name: keep.title });
  await expect(panel.getByText(keep.readOnly)).toHaveCount(0);
  await panel.getByRole('combobox', { name: keep.retention }).click();
  await page.getByRole('option', { name: fill(keep.years_other, { count: '10' }) }).click();
  await page.getByRole('button', { name: keep.askAction }).click();
  await expect(page.getByText(keep.saved)).toBeVisible();
  expect(await administrator.api('GET /api/admin/settings/audit')).toEqual({ keepDays: 3650, stream: null });
  await expectAccessible(page, 'how long the trail of the instance is kept');
});

test('for everybody else there is neither the way to these pages nor anything at their addresses', async ({
  page,
  person,
  responses,
}) => {
  await page.goto('/');
  const navigation = page.getByRole('navigation', { name: shell.nav.label });
  await expect(navigation.getByRole('link', { name: shell.nav.settings, exact: true })).toBeVisible();
  await expect(navigation.getByRole('link', { name: shell.nav.administration })).toHaveCount(0);
  await page.keyboard.press('Control+K');
  const palette = page.getByRole('dialog', { name: shell.palette.label });
  await palette.getByPlaceholder(shell.palette.placeholder).fill(shell.nav.administration);
  await expect(palette.getByText(shell.palette.nothing)).toBeVisible();
  for (const address of ['/administration', ...addresses]) {
    await page.goto(address);
    await expect(title(page), address).toHaveText(shell.notFound.title);
  }
  const asked = (await responses.all()).filter(({ url }) => /\/api\/(admin|instance)\//.test(url));
  expect(asked).toEqual([]);
  const refusal = await person.api('GET /api/admin/users', { query: {} }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ApiError);
});

for (const { theme, locale } of looks) {
  test(`axe finds nothing on the pages of administrators, and no phone scrolls sideways, ${theme}, ${locale}`, async ({
    page,
    context,
    productUrl,
    directory,
  }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const administrator = await openAdministrator(context, { productUrl, directory });
    await administrator.api('PUT /api/me', { body: { theme, locale } });
    const { administration } = texts[locale];
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const address of addresses) {
        await page.goto(address);
        await expect(page.getByRole('navigation', { name: administration.tabs.label })).toBeVisible();
        await page.waitForLoadState('networkidle');
        await expectAccessible(page, `${address} at ${width}`);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(sideways, `${address} at ${width}`).toBeLessThanOrEqual(0);
      }
    }
  });
}
