import type { BrowserContext, Page } from '@playwright/test';
import { expect, readTraces, test } from './fixtures.ts';
import { type Account, makeAccount, registerAccount, signInByForm } from './people.ts';
import { english, like } from './texts.ts';

const { accounts, errors, overview, sessions, shell } = english;

const title = (page: Page) => page.getByRole('heading', { level: 1 });

async function signInAt(context: BrowserContext, account: Account): Promise<Page> {
  const page = await context.newPage();
  await page.goto('/sign-in');
  await signInByForm(page, account);
  await expect(title(page)).toHaveText(overview.title);
  return page;
}

test('ending another session sends that browser to the sign-in page at its next step', async ({
  context,
  browser,
  productUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 401 /);
  const account = await registerAccount(productUrl, 'Two browsers');
  const elsewhere = await browser.newContext({ baseURL: productUrl, locale: 'en-US' });
  await complaints.watch(elsewhere);
  const here = await signInAt(context, account);
  const there = await signInAt(elsewhere, account);

  await here.goto('/settings/security');
  await here.getByRole('button', { name: like(sessions.security.revokeNamed) }).click();
  await expect(here.getByText(sessions.security.revoked)).toBeVisible();
  await expect(here.getByRole('button', { name: like(sessions.security.revokeNamed) })).toHaveCount(0);

  await there.getByRole('navigation').getByRole('link', { name: shell.nav.keys, exact: true }).click();
  await expect(title(there)).toHaveText(sessions.signIn.title);
  expect(await readTraces(there)).not.toContain(account.email);
  await here.getByRole('navigation', { name: shell.nav.label }).getByRole('link', { name: shell.nav.overview }).click();
  await expect(title(here)).toHaveText(overview.title);
  await elsewhere.close();
});

test('a changed password ends every other session, and only the new one signs in', async ({
  context,
  browser,
  productUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 401 /);
  complaints.expect(/^console: Failed to load resource: .* status of 403 .*\/api\/me\/password\)$/);
  const account = await registerAccount(productUrl, 'New password');
  const next = makeAccount('').password;
  const elsewhere = await browser.newContext({ baseURL: productUrl, locale: 'en-US' });
  await complaints.watch(elsewhere);
  const here = await signInAt(context, account);
  const there = await signInAt(elsewhere, account);

  await here.goto('/settings/security');
  const change = here.getByRole('button', { name: sessions.security.change });
  await here.getByLabel(sessions.security.current, { exact: true }).fill('not my password');
  await here.getByLabel(sessions.security.next, { exact: true }).fill(next);
  await expect(here.getByText(accounts.password.strong)).toBeVisible();
  await change.click();
  await expect(here.getByText(errors.wrong_password.text)).toBeVisible();
  await here.getByLabel(sessions.security.current, { exact: true }).fill(account.password);
  await change.click();
  await expect(here.getByText(sessions.security.changed)).toBeVisible();
  const traces = await readTraces(here);
  for (const password of [account.password, next]) expect(traces).not.toContain(password);

  await there.reload();
  await expect(title(there)).toHaveText(sessions.signIn.title);
  await signInByForm(there, account);
  await expect(there.getByRole('alert').getByText(errors.sign_in_failed.text)).toBeVisible();
  await signInByForm(there, { ...account, password: next });
  await expect(title(there)).toHaveText(overview.title);
  await elsewhere.close();
});

test('an unknown e-mail and a wrong password are answered in the same words', async ({
  page,
  productUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 401 .*\/api\/login\)$/);
  const known = await registerAccount(productUrl, 'Known');
  const answers: string[] = [];
  for (const account of [makeAccount('Unknown'), { ...known, password: 'not the password' }]) {
    await page.goto('/sign-in');
    await signInByForm(page, account);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(errors.sign_in_failed.text);
    answers.push((await alert.textContent()) ?? '');
    await expect(page).toHaveURL(/\/sign-in$/);
  }
  expect(answers[0]).toBe(answers[1]);
});
