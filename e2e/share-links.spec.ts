import type { BrowserContext, Page } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { openPanel, storeKey } from './keys.ts';
import type { Person } from './people.ts';
import { english, fill } from './texts.ts';

const { shareLinks: words, shell } = english;

test.use({ reducedMotion: 'reduce' });

const title = (page: Page) => page.getByRole('heading', { level: 1 });

interface Scene {
  context: BrowserContext;
  person: Person;
  fakeProviderUrl: string;
}

/** Makes a link in the panel of a new key and takes it out of the clipboard. */
async function makeLink(page: Page, { context, person, fakeProviderUrl }: Scene, passphrase = '') {
  await grantClipboard(context);
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'Shared once' });
  await page.goto('/keys');
  const panel = await openPanel(page, name);
  await panel.getByRole('button', { name: words.dialog.action }).click();
  const dialog = page.getByRole('dialog', { name: fill(words.dialog.title, { name }) });
  await expectAccessible(page, 'the form for a one-time link');
  await dialog.getByLabel(new RegExp(`^${words.dialog.passphrase}`)).fill(passphrase);
  await dialog.getByRole('button', { name: words.dialog.submit }).click();
  await page.getByRole('dialog', { name: words.issued.title }).getByRole('button', { name: words.issued.copy }).click();
  await expect(page.getByText(fill(shell.ui.copiedName, { name: words.issued.copyName }))).toBeVisible();
  const link = await readClipboard(page);
  expect(link).toMatch(/\/shared#.{20,}$/);
  expect(await readTraces(page)).not.toContain(link.split('#')[1]);
  return { link, name, secret };
}

test('a one-time link counts a view at the click alone, shows the secret on demand, and then is gone', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  browser,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of (403|410) .*\/api\/shared\//);
  const { link, name, secret } = await makeLink(page, { context, person, fakeProviderUrl }, 'four words by phone');
  const elsewhere = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
  await complaints.watch(elsewhere);
  await grantClipboard(elsewhere);
  const reader = await elsewhere.newPage();
  for (let look = 0; look < 2; look += 1) {
    await reader.goto(link);
    await expect(reader.getByText(fill(words.shared.lead, { label: name }))).toBeVisible();
    await expect(reader).toHaveURL(/\/shared$/);
    await reader.goto('about:blank');
  }
  await reader.goto(link);
  await expectAccessible(reader, 'a one-time link before it is opened');
  const open = reader.getByRole('button', { name: words.shared.open });
  await reader.getByLabel(words.shared.passphrase, { exact: true }).fill('not the passphrase');
  await open.click();
  await expect(reader.getByText(words.shared.passphraseWrong)).toBeVisible();
  await reader.getByLabel(words.shared.passphrase, { exact: true }).fill('four words by phone');
  await open.click();
  await expect(title(reader)).toHaveText(words.shared.openedTitle);
  await reader.getByRole('button', { name: words.shared.copy }).click();
  await expect.poll(() => readClipboard(reader)).toBe(secret);
  expect(await readTraces(reader)).not.toContain(secret);
  await reader.getByRole('button', { name: words.shared.reveal }).click();
  await expect(reader.getByLabel(words.shared.secret)).toHaveValue(secret);
  await expectAccessible(reader, 'the secret of a one-time link');
  await reader.goto('about:blank');
  await reader.goto(link);
  await expect(title(reader)).toHaveText(words.shared.goneTitle);
  await expectAccessible(reader, 'a one-time link that is used up');
  await elsewhere.close();
});

test('a withdrawn link opens nothing', async ({ page, context, person, fakeProviderUrl, complaints }) => {
  complaints.expect(/^console: Failed to load resource: .* status of 410 .*\/api\/shared\//);
  const { link, name } = await makeLink(page, { context, person, fakeProviderUrl });
  await page.getByRole('dialog').getByRole('button', { name: words.issued.done }).click();
  await page.getByRole('button', { name: words.dialog.action }).click();
  const dialog = page.getByRole('dialog', { name: fill(words.dialog.title, { name }) });
  await dialog.getByRole('button', { name: fill(words.list.withdrawNamed, { label: name }) }).click();
  await expect(dialog.getByText(words.list.state.revoked)).toBeVisible();
  await page.goto(link);
  await expect(title(page)).toHaveText(words.shared.goneTitle);
});
