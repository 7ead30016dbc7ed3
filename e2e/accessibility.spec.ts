import type { Page } from '@playwright/test';
import type { Locale } from '../src/contract/vocabulary.ts';
import { expectAccessible, looks } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { makeSecret, storeKey } from './keys.ts';
import { privatePages, publicPages, visit } from './pages.ts';
import type { Person } from './people.ts';
import { texts } from './texts.ts';

// Contrast is measured on colours at rest.
test.use({ reducedMotion: 'reduce' });

/** Keys in every colour: valid, broken, needing attention, unknown, expiring, with tags and a budget. */
async function fillVault(person: Person, fakeProviderUrl: string): Promise<string> {
  const behaviours = ['valid', 'invalid', 'no_quota', 'forbidden'] as const;
  const soon = new Date(Date.now() + 3 * 24 * 3600 * 1000).toISOString();
  for (const behaviour of behaviours) {
    const { key } = await storeKey(person, fakeProviderUrl, { name: behaviour, secret: makeSecret(behaviour) });
    await person.api('POST /api/keys/test', { body: { id: key.id } });
  }
  const details = { tags: ['production', 'chat'], expiresAt: soon, monthlyBudgetUsd: 20 };
  const { key } = await storeKey(person, fakeProviderUrl, { name: 'Never tested', ...details });
  return key.id;
}

async function checkDialogs(page: Page, locale: Locale, keyId: string): Promise<void> {
  const { credentials, models, shell } = texts[locale];
  const dialog = page.getByRole('dialog');
  await page.goto(`/keys?key=${keyId}`);
  await expect(dialog.getByRole('heading', { name: credentials.history.title })).toBeVisible();
  await expectAccessible(page, 'the panel of a key');
  await page.goto('/keys?add=1');
  await expect(dialog.getByText(credentials.add.waiting)).toBeVisible();
  await expectAccessible(page, 'the form for a new key');
  await page.goto('/models?compare=openai/gpt-4o,openai/gpt-4o-mini');
  const bar = page.getByRole('region', { name: models.compare.bar });
  await bar.getByRole('button', { name: models.compare.open }).click();
  await expect(dialog.getByRole('row')).not.toHaveCount(0);
  await expectAccessible(page, 'the comparison of models');
  await page.goto('/models?q=gpt-4o-mini&provider=openai');
  await page.getByRole('button', { name: 'gpt-4o-mini', exact: true }).click();
  await expect(dialog.getByRole('heading', { name: models.detail.prices })).toBeVisible();
  await expectAccessible(page, 'the details of a model');
  await page.goto('/');
  await page.getByRole('button', { name: shell.search.label }).click();
  await expect(dialog.getByText(shell.palette.signOut)).toBeVisible();
  await expectAccessible(page, 'the command palette');
}

for (const { theme, locale } of looks) {
  test(`axe finds nothing on any page, ${theme}, ${locale}`, async ({ page, context, person, fakeProviderUrl }) => {
    test.setTimeout(120_000);
    const keyId = await fillVault(person, fakeProviderUrl);
    await person.api('PUT /api/me', { body: { theme, locale } });
    for (const place of privatePages) {
      await visit(page, place, locale);
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expectAccessible(page, place.name);
    }
    await checkDialogs(page, locale, keyId);
    // The browser remembers the look of whoever was signed in last.
    await context.clearCookies();
    for (const place of publicPages) {
      await visit(page, place, locale);
      await expectAccessible(page, place.name);
    }
  });
}
