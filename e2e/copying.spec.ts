import type { Page } from '@playwright/test';
import { errors } from '../src/contract/errors.ts';
import { fillClipboard, grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { copyButton, storeKey } from './keys.ts';
import { english, fill } from './texts.ts';

const { sessions, shell } = english;

/** As on a page that was opened over plain HTTP from another machine. */
async function takeClipboardAway(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });
  });
}

test('a key is copied where the browser has no clipboard interface', async ({
  page,
  context,
  person,
  fakeProviderUrl,
}) => {
  await grantClipboard(context);
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'Old browser' });
  const reader = await context.newPage();
  await reader.goto('/terms');
  await fillClipboard(reader, 'something else');
  await takeClipboardAway(page);
  await page.goto('/keys');
  await page.bringToFront();
  await copyButton(page, name).click();
  await expect(page.getByText(fill(shell.ui.copiedName, { name }))).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await readTraces(page)).not.toContain(secret);
  expect(await readClipboard(reader)).toBe(secret);
});

test('where the browser refuses every way, the value stands selected in a dialog that forgets it', async ({
  page,
  person,
  fakeProviderUrl,
}) => {
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'Locked down' });
  await takeClipboardAway(page);
  await page.addInitScript(() => {
    document.execCommand = () => false;
  });
  await page.goto('/keys');
  await copyButton(page, name).click();

  const dialog = page.getByRole('dialog', { name: shell.ui.copyDialog.title });
  await expect(dialog.getByText(shell.ui.copyDialog.refused)).toBeVisible();
  const field = dialog.getByLabel(name);
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(secret);
  expect(await page.evaluate(() => document.getSelection()?.toString())).toBe(secret);
  expect(await page.content()).not.toContain(secret);

  await dialog.getByRole('button', { name: shell.ui.copyDialog.done }).click();
  await expect(dialog).toBeHidden();
  expect(await readTraces(page)).not.toContain(secret);
});

test('a copy long after the sign-in asks for the password and goes on with the right one', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 403 .*\/(?:copy|confirm)\)$/);
  await grantClipboard(context);
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'Asked again' });
  const { status, message } = errors.fresh_sign_in_needed;
  await page.route(
    '**/api/keys/*/copy',
    (route) => route.fulfill({ status, json: { error: { code: 'fresh_sign_in_needed', message } } }),
    { times: 1 },
  );
  await page.goto('/keys');
  await copyButton(page, name).click();

  const dialog = page.getByRole('dialog', { name: sessions.confirm.title });
  const password = dialog.getByLabel(sessions.password, { exact: true });
  await expect(password).toBeFocused();
  await password.fill('not the password');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(sessions.confirm.wrong)).toBeVisible();
  await password.fill(person.password);
  await dialog.getByRole('button', { name: sessions.confirm.submit }).click();

  await expect(dialog).toBeHidden();
  await expect(page.getByText(fill(shell.ui.copiedName, { name }))).toBeVisible();
  expect(await readClipboard(page)).toBe(secret);
  expect(await readTraces(page)).not.toContain(secret);
  expect(await readTraces(page)).not.toContain(person.password);
});

test('giving up the question for the password copies nothing', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 403 .*\/copy\)$/);
  await grantClipboard(context);
  const { name } = await storeKey(person, fakeProviderUrl, { name: 'Given up' });
  const { status, message } = errors.fresh_sign_in_needed;
  await page.route('**/api/keys/*/copy', (route) =>
    route.fulfill({ status, json: { error: { code: 'fresh_sign_in_needed', message } } }),
  );
  await page.goto('/keys');
  await fillClipboard(page, 'something else');
  await copyButton(page, name).click();
  const dialog = page.getByRole('dialog', { name: sessions.confirm.title });
  await expect(dialog.getByLabel(sessions.password, { exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await readClipboard(page)).toBe('something else');
});
