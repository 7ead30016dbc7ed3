import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { fillClipboard, grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { chooseFakeProvider, copyButton, openAddForm, openPanel, rowOf } from './keys.ts';
import { privatePages, visit } from './pages.ts';
import { runCommand } from './palette.ts';
import { english, fill, label } from './texts.ts';

const { credentials: words, shell } = english;

const NAME = 'Canary';

// In the middle of the secret, where neither the preview nor a provider that repeats the ends of a key shows it.
const marker = `canary${randomBytes(12).toString('hex')}`;

function makeCanary(): string {
  return `sk-fake-valid-${marker}-${randomBytes(12).toString('hex')}`;
}

/** Paths of all files below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The secret stands in a field that the person has filled in, and nowhere in the page's HTML. */
async function expectOnlyInField(page: Page): Promise<void> {
  expect(await page.content()).not.toContain(marker);
}

async function expectNoTrace(page: Page): Promise<void> {
  expect(await readTraces(page)).not.toContain(marker);
}

async function paste(page: Page, text: string): Promise<void> {
  await fillClipboard(page, text);
  await page.keyboard.press('Control+V');
}

async function addOne(page: Page, fakeProviderUrl: string): Promise<void> {
  const dialog = await openAddForm(page);
  await paste(page, makeCanary());
  await chooseFakeProvider(page, dialog, fakeProviderUrl);
  await expect(dialog.getByRole('status').getByText(words.status.valid, { exact: true })).toBeVisible();
  await expectOnlyInField(page);
  await dialog.getByLabel(new RegExp(`^${words.add.name}`)).fill(NAME);
  await dialog.getByRole('button', { name: words.add.save, exact: true }).click();
  await expect(rowOf(page, NAME)).toBeVisible();
  await expectNoTrace(page);
}

/** Several lines of a .env file at once: recognised in the browser, tested, and saved. */
async function addSeveral(page: Page, fakeProviderUrl: string): Promise<void> {
  const dialog = await openAddForm(page);
  const host = `OPENAI_BASE_URL=${fakeProviderUrl}/v1`;
  await paste(page, `OPENAI_API_KEY=${makeCanary()}\nOPENAI_API_KEY_2=${makeCanary()}\n${host}\n`);
  const several = page.getByRole('dialog', { name: words.several.title });
  await expect(several.getByRole('row')).toHaveCount(3);
  await expectNoTrace(page);
  await several.getByRole('button', { name: words.several.testAll }).click();
  await expect(several.getByText(words.status.valid, { exact: true })).toHaveCount(2);
  await several.getByRole('button', { name: fill(words.several.saveAll_other, { count: 2 }) }).click();
  await expect(page.getByText(fill(words.several.saved_other, { count: 2 }))).toBeVisible();
  await expect(dialog.or(several)).toHaveCount(0);
  await expectNoTrace(page);
}

async function workInPanel(page: Page): Promise<void> {
  const panel = await openPanel(page, NAME);
  const region = (name: string): Locator => panel.getByRole('region', { name, exact: true });
  await panel.getByRole('button', { name: words.test.again }).click();
  await expect(region(words.test.title).getByText(words.status.valid, { exact: true })).toBeVisible();
  await panel.getByRole('button', { name: words.test.merge }).click();
  await expect(panel.getByText(/^\d+ models found/)).toBeVisible();
  await panel.getByRole('button', { name: words.secret.replace }).click();
  await panel.getByLabel(label(words.secret.field)).fill(makeCanary());
  await expectOnlyInField(page);
  await panel.getByRole('button', { name: words.panel.save }).click();
  await expect(page.getByText(words.secret.replaced)).toBeVisible();
  await expectNoTrace(page);
  await copyButton(panel, NAME).click();
  await expect.poll(() => readClipboard(page)).toContain(marker);
  await expect(page.getByText(fill(shell.ui.copiedName, { name: NAME }))).toBeVisible();
  await expectNoTrace(page);
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
}

async function copyFromPalette(page: Page): Promise<void> {
  await fillClipboard(page, 'something else');
  await runCommand(page, NAME, NAME);
  await expect.poll(() => readClipboard(page)).toContain(marker);
  await expectNoTrace(page);
}

async function trashAndRestore(page: Page): Promise<void> {
  const panel = await openPanel(page, NAME);
  await panel.getByRole('button', { name: words.trash.move }).click();
  const question = page.getByRole('dialog', { name: fill(words.trash.moveTitle, { name: NAME }) });
  await question.getByRole('button', { name: words.trash.move }).click();
  await page.getByRole('button', { name: words.trash.undo }).click();
  await expect(rowOf(page, NAME)).toBeVisible();
  await expectNoTrace(page);
}

test('a canary in a secret shows up nowhere but in the answer to a copy', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  directory,
  responses,
}) => {
  await grantClipboard(context);
  await page.goto('/keys');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.page.title);
  await test.step('add one key', () => addOne(page, fakeProviderUrl));
  await test.step('add several keys', () => addSeveral(page, fakeProviderUrl));
  await test.step('test, replace and copy in the panel', () => workInPanel(page));
  await test.step('copy from the palette', () => copyFromPalette(page));
  await test.step('trash and restore', () => trashAndRestore(page));
  for (const place of privatePages) {
    await visit(page, place);
    await expectNoTrace(page);
  }

  const holding = await responses.holding(marker);
  expect(holding.map(({ method, url }) => `${method} ${new URL(url).pathname.replace(/key_\w+/, '{id}')}`)).toEqual([
    'POST /api/keys/{id}/copy',
    'POST /api/keys/{id}/copy',
  ]);
  for (const { headers } of holding) {
    expect(headers['cache-control']).toContain('no-store');
    expect(JSON.stringify(headers)).not.toContain(marker);
  }
  expect((await responses.all()).length).toBeGreaterThan(50);

  const files = filesBelow(directory);
  expect(files.map((file) => file.slice(directory.length))).toEqual(
    expect.arrayContaining(['/server.log', expect.stringMatching(/\.(?:db|sqlite)$/), expect.stringMatching(/-wal$/)]),
  );
  // The search itself finds what is there: the address of the person who did all this is in the database.
  expect(files.some((file) => readFileSync(file).includes(person.email))).toBe(true);
  expect(files.filter((file) => readFileSync(file).includes(marker))).toEqual([]);
});
