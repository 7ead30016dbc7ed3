import type { Page } from '@playwright/test';
import { locales } from '../src/contract/vocabulary.ts';
import { expect, test } from './fixtures.ts';
import { chooseFakeProvider, makeSecret, openPanel, secretField, storeKey } from './keys.ts';
import { privatePages, publicPages, visit } from './pages.ts';
import { english, fill, texts } from './texts.ts';

const { credentials: words, shell } = english;

const width = 390;

test.use({ viewport: { width, height: 844 }, hasTouch: true });

/** How far the page can be moved sideways, in pixels. */
function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

test('on a phone the menu is a drawer, keys are cards, and a key can be added', async ({
  page,
  person,
  fakeProviderUrl,
}) => {
  await storeKey(person, fakeProviderUrl, { name: 'In the pocket' });
  await page.goto('/');
  const menu = page.getByRole('dialog', { name: shell.nav.label });
  await page.getByRole('button', { name: shell.nav.open }).tap();
  await menu.getByRole('link', { name: shell.nav.keys, exact: true }).tap();
  await expect(menu).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.page.title);

  const cards = page.getByRole('list', { name: words.page.listName });
  await expect(cards.getByRole('listitem').filter({ hasText: 'In the pocket' })).toBeVisible();
  await expect(page.getByRole('table')).toHaveCount(0);

  await page.getByRole('button', { name: words.page.add, exact: true }).tap();
  const dialog = page.getByRole('dialog', { name: words.add.title });
  await secretField(dialog).fill(makeSecret());
  await chooseFakeProvider(page, dialog, fakeProviderUrl);
  await expect(dialog.getByRole('status').getByText(words.status.valid, { exact: true })).toBeVisible();
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  await dialog.getByLabel(new RegExp(`^${words.add.name}`)).fill('Added on the way');
  await dialog.getByRole('button', { name: words.add.save, exact: true }).tap();
  await expect(page.getByText(fill(words.add.savedValid, { name: 'Added on the way' }))).toBeVisible();
  await expect(cards.getByRole('listitem').filter({ hasText: 'Added on the way' })).toBeVisible();

  const panel = await openPanel(page, 'Added on the way');
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  await panel.getByRole('button', { name: shell.ui.close, exact: true }).tap();
  await expect(panel).toBeHidden();
});

for (const locale of locales) {
  test(`no page of a phone scrolls sideways in ${texts[locale].shell.language[locale]}`, async ({
    page,
    person,
    fakeProviderUrl,
    context,
  }) => {
    for (const name of ['A key with quite a long name, as people write them: production, billing team', 'Short'])
      await storeKey(person, fakeProviderUrl, { name, tags: ['production', 'billing', 'a-longer-tag-than-usual'] });
    await person.api('PUT /api/me', { body: { locale } });
    const check = async (name: string) => expect(await sidewaysScroll(page), name).toBeLessThanOrEqual(0);
    for (const place of privatePages) {
      await visit(page, place, locale);
      await check(place.name);
    }
    // The browser remembers the language of whoever was signed in last.
    await context.clearCookies();
    for (const place of publicPages) {
      await visit(page, place, locale);
      await check(place.name);
    }
  });
}
