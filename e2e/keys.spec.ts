import { probeSentence } from '../src/providers/probe-reasons.ts';
import { grantClipboard, readClipboard } from './clipboard.ts';
import { expect, test } from './fixtures.ts';
import {
  chooseFakeProvider,
  copyButton,
  makeSecret,
  openAddForm,
  openPanel,
  rowOf,
  secretField,
  storeKey,
} from './keys.ts';
import { english, fill, label } from './texts.ts';

const { credentials: words, errors, shell } = english;

test('a key goes into the trash, comes back by undo, and comes back from the trash', async ({
  page,
  person,
  fakeProviderUrl,
}) => {
  const { name } = await storeKey(person, fakeProviderUrl, { name: 'Old laptop' });
  const trash = page.getByRole('button', { name: new RegExp(`^${words.filter.trashed}`) });
  const moveToTrash = async () => {
    const panel = await openPanel(page, name);
    await panel.getByRole('button', { name: words.trash.move }).click();
    const question = page.getByRole('dialog', { name: fill(words.trash.moveTitle, { name }) });
    await question.getByRole('button', { name: words.trash.move }).click();
    await expect(page.getByText(fill(words.trash.moved, { name }))).toBeVisible();
    await expect(rowOf(page, name)).toBeHidden();
  };
  await page.goto('/keys');
  await moveToTrash();
  await page.getByRole('button', { name: words.trash.undo }).click();
  await expect(rowOf(page, name)).toBeVisible();

  await moveToTrash();
  await trash.click();
  await expect(rowOf(page, name)).toBeVisible();
  await expect(copyButton(page, name)).toHaveCount(0);
  const panel = await openPanel(page, name);
  await panel.getByRole('button', { name: words.trash.restore, exact: true }).click();
  await expect(page.getByText(fill(words.trash.restored, { name }))).toBeVisible();
  await expect(page.getByText(words.empty.trash)).toBeVisible();
  await trash.click();
  await expect(rowOf(page, name)).toBeVisible();
});

test('deleting for good takes a key out of the trash without a way back', async ({ page, person, fakeProviderUrl }) => {
  const { key, name } = await storeKey(person, fakeProviderUrl, { name: 'Gone' });
  await person.api('DELETE /api/keys/{id}', { params: { id: key.id } });
  await page.goto('/keys?status=trashed');
  const panel = await openPanel(page, name);
  await panel.getByRole('button', { name: words.trash.purge }).click();
  const question = page.getByRole('dialog', { name: fill(words.trash.purgeTitle, { name }) });
  await question.getByRole('button', { name: words.trash.purge }).click();
  await expect(page.getByText(fill(words.trash.purged, { name }))).toBeVisible();
  await expect(page.getByText(words.empty.trash)).toBeVisible();
});

test('many keys are tested at once, and each tells its own result', async ({ page, person, fakeProviderUrl }) => {
  const expected = ['valid', 'invalid', 'no_quota'] as const;
  for (const status of expected)
    await storeKey(person, fakeProviderUrl, { name: `Is ${status}`, secret: makeSecret(status) });
  await page.goto('/keys');
  await page.getByRole('checkbox', { name: words.row.selectAll }).check();
  const bar = page.getByRole('region', { name: words.bulk.region });
  await bar.getByRole('button', { name: words.bulk.test, exact: true }).click();
  await expect(bar.getByText(words.bulk.resultTitle)).toBeVisible();
  for (const status of expected) {
    const result = bar.getByRole('listitem').filter({ hasText: `Is ${status}` });
    await expect(result.getByText(words.status[status], { exact: true })).toBeVisible();
    await expect(rowOf(page, `Is ${status}`).getByText(words.status[status], { exact: true })).toBeVisible();
  }
});

test('a replaced secret becomes version 2, and version 1 can be restored and copied', async ({
  page,
  context,
  person,
  fakeProviderUrl,
}) => {
  await grantClipboard(context);
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'Rotated' });
  const next = makeSecret();
  await page.goto('/keys');
  const panel = await openPanel(page, name);
  const section = panel.getByRole('region', { name: words.secret.title, exact: true });
  await section.getByRole('button', { name: words.secret.replace }).click();
  await section.getByLabel(label(words.secret.field)).fill(next);
  await section.getByRole('button', { name: words.panel.save }).click();
  await expect(page.getByText(words.secret.replaced)).toBeVisible();
  await expect(section.getByText(fill(words.secret.version, { version: 2 }))).toBeVisible();
  await copyButton(panel, name).click();
  await expect.poll(() => readClipboard(page)).toBe(next);

  await section.getByRole('button', { name: fill(words.secret.restore, { version: 1 }) }).click();
  const question = page.getByRole('dialog', { name: fill(words.secret.restoreTitle, { version: 1 }) });
  await question.getByRole('button', { name: words.secret.restoreAction }).click();
  await expect(page.getByText(fill(words.secret.restored, { version: 1 }))).toBeVisible();
  await copyButton(panel, name).click();
  await expect.poll(() => readClipboard(page)).toBe(secret);
});

test('a new host is saved only with the secret given once more', async ({
  page,
  person,
  fakeProviderUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 422 .*\/api\/keys\/key_\w+\)$/);
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'Moving' });
  const host = 'https://relay.example.com/v1';
  await page.goto('/keys');
  const panel = await openPanel(page, name);
  await panel.getByRole('button', { name: fill(words.panel.edit, { field: words.panel.address }) }).click();
  await panel.getByLabel(words.panel.address, { exact: true }).fill(host);
  const again = panel.getByLabel(label(words.panel.secretAgain));
  await expect(again).toBeVisible();
  await panel.getByRole('button', { name: words.panel.save }).click();
  await expect(panel.getByText(errors.secret_needed.next)).toBeVisible();
  await again.fill(secret);
  await panel.getByRole('button', { name: words.panel.save }).click();
  await expect(panel.getByText(host, { exact: true })).toBeVisible();
});

test('a secret that is stored already is told with the name of its key', async ({ page, person, fakeProviderUrl }) => {
  const { name, secret } = await storeKey(person, fakeProviderUrl, { name: 'The first one' });
  await page.goto('/keys');
  const dialog = await openAddForm(page);
  await secretField(dialog).fill(secret);
  await chooseFakeProvider(page, dialog, fakeProviderUrl);
  await expect(dialog.getByText(fill(words.test.duplicate, { name }))).toBeVisible();
  await dialog.getByRole('button', { name: words.test.openDuplicate }).click();
  await expect(page.getByRole('dialog').getByText(name, { exact: true }).first()).toBeVisible();
  await expect(page).toHaveURL(/\?key=key_/);
});

const failures = [
  { behaviour: 'invalid', status: 'invalid', reason: 'invalid_key' },
  { behaviour: 'no_quota', status: 'no_quota', reason: 'no_quota' },
  { behaviour: 'rate_limited', status: 'rate_limited', reason: 'rate_limited' },
  { behaviour: 'disconnect', status: 'unreachable', reason: 'network' },
] as const;

test('a key that does not work says in a sentence what to do', async ({ page, person, fakeProviderUrl }) => {
  for (const { behaviour } of failures)
    await storeKey(person, fakeProviderUrl, { name: behaviour, secret: makeSecret(behaviour) });
  await page.goto('/keys');
  for (const { behaviour, status, reason } of failures) {
    const panel = await openPanel(page, behaviour);
    await panel.getByRole('button', { name: words.test.run }).click();
    const connection = panel.getByRole('region', { name: words.test.title });
    await expect(connection.getByText(words.status[status], { exact: true })).toBeVisible();
    await expect(connection.getByText(probeSentence(reason, { language: 'en', provider: 'OpenAI' }))).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
    await expect(rowOf(page, behaviour).getByText(words.status[status], { exact: true })).toBeVisible();
  }
});

test('a server that does not answer is told, and the page goes on when it is back', async ({
  page,
  person,
  fakeProviderUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: net::ERR_CONNECTION_REFUSED /);
  const { name } = await storeKey(person, fakeProviderUrl, { name: 'Still here' });
  await page.route('**/api/keys?*', (route) => route.abort('connectionrefused'));
  await page.goto('/keys');
  const alert = page.getByRole('alert').filter({ hasText: errors.offline.text });
  await expect(alert.getByText(errors.offline.next)).toBeVisible();
  await page.unroute('**/api/keys?*');
  await alert.getByRole('button', { name: shell.ui.tryAgain }).click();
  await expect(rowOf(page, name)).toBeVisible();
  await expect(alert).toBeHidden();
});
