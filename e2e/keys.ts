import { randomBytes } from 'node:crypto';
import { expect, type Locator, type Page } from '@playwright/test';
import type { OperationReply, OperationRequest } from '../src/contract/operation.ts';
import type { Operations } from '../src/contract/operations.ts';
import { fakeSecret } from '../src/testing/fake-provider/accounts.ts';
import type { FakeBehaviour } from '../src/testing/fake-provider/settings.ts';
import type { Person } from './people.ts';
import { english, fill, label } from './texts.ts';

const { credentials: words } = english;

type NewKey = OperationRequest<Operations['POST /api/keys']>['body'];

export interface StoredKey {
  key: OperationReply<Operations['POST /api/keys']>;
  name: string;
  secret: string;
}

export function makeSecret(behaviour: FakeBehaviour = 'valid'): string {
  return fakeSecret(behaviour, randomBytes(16).toString('hex'));
}

/** Stores a key without the browser: an OpenAI key whose host is the fake provider, unless told otherwise. */
export async function storeKey(
  { api }: Person,
  fakeProviderUrl: string,
  given: Partial<NewKey> & { name: string },
): Promise<StoredKey> {
  const secret = given.secret ?? makeSecret();
  const key = await api('POST /api/keys', {
    body: { provider: 'openai', baseUrl: `${fakeProviderUrl}/v1`, ...given, secret },
  });
  return { key, name: key.name, secret };
}

export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name: fill(words.row.open, { name }) }) });
}

export function copyButton(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name: fill(words.copy.label, { name }) });
}

/** Opens the panel of a key from the list. */
export async function openPanel(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: fill(words.row.open, { name }) }).click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByRole('heading', { name: words.test.title })).toBeVisible();
  return panel;
}

/** Opens the form for a new key on the keys page. */
export async function openAddForm(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: words.page.add, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: words.add.title });
  await expect(secretField(dialog)).toBeFocused();
  return dialog;
}

export function secretField(dialog: Locator): Locator {
  return dialog.getByLabel(label(words.add.secret));
}

/** Chooses the provider for any host and gives the address of the fake one, after which the form tests the key. */
export async function chooseFakeProvider(page: Page, dialog: Locator, fakeProviderUrl: string): Promise<void> {
  await dialog.getByPlaceholder(words.add.providerSearch).fill('custom');
  await page.getByRole('option', { name: /^Custom/ }).click();
  await dialog.getByLabel(label(words.add.baseUrl)).fill(`${fakeProviderUrl}/v1`);
}
