import type { CDPSession, Page } from '@playwright/test';
import { appCode } from '../src/testing/second-factors.ts';
import { expectAccessible } from './axe.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { type Account, registerAccount, signInByForm } from './people.ts';
import { english, fill, like } from './texts.ts';

const { overview, secondFactors: words, sessions, shell } = english;

test.use({ reducedMotion: 'reduce' });

const title = (page: Page) => page.getByRole('heading', { level: 1 });
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function arriveAt(page: Page, origin: string, account: Account): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await signInByForm(page, account);
  await expect(title(page)).toHaveText(overview.title);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: like(shell.account.label) }).click();
  await page.getByRole('menuitem', { name: shell.account.signOut }).click();
  await expect(title(page)).toHaveText(sessions.signIn.title);
}

/** Connects an app on the page Security; gives its secret and the recovery codes that were shown. */
async function connectApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await section(page, words.card.title).getByRole('button', { name: words.card.connect }).click();
  const dialog = page.getByRole('dialog', { name: words.connect.title });
  await expect(dialog.getByRole('img', { name: words.connect.qr })).toBeVisible();
  await expectAccessible(page, 'the QR code of an authenticator app');
  const secret = ((await dialog.locator('code').textContent()) ?? '').replaceAll(' ', '');
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  await dialog.getByLabel(words.connect.code).fill(appCode(secret));
  const shown = page.getByRole('dialog', { name: words.codes.title });
  const list = shown.getByRole('list', { name: words.codes.list }).getByRole('listitem');
  await expect(list).toHaveCount(10);
  await expectAccessible(page, 'recovery codes');
  const codes = await list.allTextContents();
  const finish = shown.getByRole('button', { name: words.codes.finish });
  await expect(finish).toBeDisabled();
  await shown.getByLabel(words.codes.saved).check();
  await finish.click();
  await expect(shown).toBeHidden();
  return { secret, codes };
}

test('with an authenticator app the password alone gets nobody in; its code does, and a recovery code once', async ({
  page,
  productUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 401 .*\/api\/login\)$/);
  const account = await registerAccount(productUrl, 'With an app');
  await arriveAt(page, productUrl, account);
  await page.goto('/settings/security');
  const { secret, codes } = await connectApp(page);
  await expect(section(page, words.card.title)).toContainText(words.card.appOn);
  const traces = await readTraces(page);
  for (const text of [secret, codes[0] ?? '']) expect(traces).not.toContain(text);

  await signOut(page);
  await signInByForm(page, account);
  await expect(title(page)).toHaveText(words.step.title);
  const code = page.getByLabel(words.step.code, { exact: true });
  await expect(code).toBeFocused();
  await expectAccessible(page, 'the second step of signing in');
  await code.fill('000000');
  await expect(page.getByText(words.step.wrong)).toBeVisible();
  await code.fill(appCode(secret, Date.now() + 30_000));
  await expect(title(page)).toHaveText(overview.title);

  await signOut(page);
  await signInByForm(page, account);
  await page.getByRole('button', { name: words.step.useRecovery }).click();
  await page.getByLabel(words.step.recoveryCode, { exact: true }).fill(codes[0] ?? '');
  await page.getByRole('button', { name: words.step.submit }).click();
  await expect(title(page)).toHaveText(overview.title);
  await page.goto('/settings/security');
  await expect(section(page, words.card.title)).toContainText(fill(words.card.codesLeft_other, { count: 9 }));
  await expect(section(page, sessions.history.title)).toContainText(sessions.history.reason.second_factor_wrong);

  await signOut(page);
  await signInByForm(page, account);
  await page.getByRole('button', { name: words.step.useRecovery }).click();
  await page.getByLabel(words.step.recoveryCode, { exact: true }).fill(codes[0] ?? '');
  await page.getByRole('button', { name: words.step.submit }).click();
  await expect(page.getByText(words.step.wrongRecovery)).toBeVisible();
});

/** An authenticator inside the browser that unlocks by itself, as a fingerprint reader would. */
async function addAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return session;
}

test('a passkey signs in without a password, confirms who is there, and is worth nothing once removed', async ({
  page,
  productUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of (401|403) /);
  // Passkeys belong to a name; an address such as 127.0.0.1 has none.
  const origin = productUrl.replace('127.0.0.1', 'localhost');
  const account = await registerAccount(productUrl, 'With a passkey');
  await addAuthenticator(page);
  await arriveAt(page, origin, account);
  await page.goto(`${origin}/settings/security`);
  const passkeys = section(page, words.passkeys.title);
  await passkeys.getByRole('button', { name: words.passkeys.add }).click();
  const dialog = page.getByRole('dialog', { name: words.passkeys.addTitle });
  await dialog.getByLabel(words.passkeys.name, { exact: true }).fill('Laptop of the journey');
  await expectAccessible(page, 'the form for a new passkey');
  await dialog.getByRole('button', { name: words.passkeys.addAction }).click();
  const codes = page.getByRole('dialog', { name: words.codes.title });
  await codes.getByLabel(words.codes.saved).check();
  await codes.getByRole('button', { name: words.codes.finish }).click();
  await expect(passkeys.getByText('Laptop of the journey')).toBeVisible();

  await signOut(page);
  await page.getByRole('button', { name: sessions.signIn.passkey }).click();
  await expect(title(page)).toHaveText(overview.title);
  await signOut(page);
  await signInByForm(page, account);
  await expect(page.getByText(words.step.byPasskey)).toBeVisible();
  await page.getByRole('button', { name: words.step.usePasskey }).click();
  await expect(title(page)).toHaveText(overview.title);

  await page.goto(`${origin}/settings/security`);
  await passkeys
    .getByRole('button', { name: fill(words.passkeys.renameNamed, { name: 'Laptop of the journey' }) })
    .click();
  const renaming = page.getByRole('dialog', { name: words.passkeys.renameTitle });
  await renaming.getByLabel(words.passkeys.name, { exact: true }).fill('Old laptop');
  await renaming.getByRole('button', { name: shell.ui.save }).click();
  await passkeys.getByRole('button', { name: fill(words.passkeys.removeNamed, { name: 'Old laptop' }) }).click();
  const removing = page.getByRole('dialog', { name: fill(words.passkeys.removeTitle, { name: 'Old laptop' }) });
  await expect(removing).toContainText(words.passkeys.removeLast);
  await removing.getByRole('button', { name: words.passkeys.remove }).click();
  await expect(passkeys.getByText(words.passkeys.empty)).toBeVisible();

  await signOut(page);
  await page.getByRole('button', { name: sessions.signIn.passkey }).click();
  await expect(page.getByText(english.errors.passkey_refused.text)).toBeVisible();
  await signInByForm(page, account);
  await expect(title(page)).toHaveText(overview.title);
});

test('a link without its token says so, and a token leaves the address bar', async ({ page, complaints }) => {
  complaints.expect(/^console: Failed to load resource: .* status of 410 /);
  await page.goto('/reset');
  await expect(title(page)).toHaveText(sessions.reset.noTokenTitle);
  await page.goto('/reset#not-a-token-of-ours');
  await page.getByLabel(sessions.reset.next, { exact: true }).fill('some words that nobody guesses');
  await expect(page).toHaveURL(/\/reset$/);
  await page.getByRole('button', { name: sessions.reset.submit }).click();
  await expect(page.getByRole('alert')).toContainText(english.errors.link_used.text);
});
