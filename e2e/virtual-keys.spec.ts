import type { Locator, Page } from '@playwright/test';
import { grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { openPanel as openKeyPanel, storeKey } from './keys.ts';
import type { Person } from './people.ts';
import { english, fill, label, like } from './texts.ts';

const { virtualKeys: words, shell } = english;

const SECRET = /sk-akm-[0-9A-Za-z]{49}/;

async function createVirtualKey({ api }: Person, given: { name: string; usd?: number }) {
  const { name, usd } = given;
  const budgets = usd === undefined ? [] : [{ usd, period: 'month' as const, timeZone: 'UTC' }];
  return api('POST /api/virtual-keys', { body: { name, keyIds: 'all', budgets } });
}

function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name: fill(words.row.open, { name }) }) });
}

async function openPanel(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: fill(words.row.open, { name }) }).click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByRole('heading', { name: words.panel.budgets })).toBeVisible();
  return panel;
}

/** The status that the gateway answers a small call with. */
async function callGateway(page: Page, productUrl: string, secret: string): Promise<number> {
  const response = await page.request.post(`${productUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${secret}` },
    data: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] },
  });
  return response.status();
}

test('a virtual key is created, copied unseen, works at the gateway, and stops when it is revoked', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  productUrl,
}) => {
  await grantClipboard(context);
  const { name: keyName } = await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  const name = 'Cursor at home';
  await page.goto('/virtual-keys');
  await page.getByRole('button', { name: words.empty.action }).click();
  const form = page.getByRole('dialog', { name: words.form.create });
  await form.getByLabel(label(words.form.name)).fill(name);
  await form.getByText(words.form.keysChosen, { exact: true }).click();
  await form.getByRole('checkbox', { name: keyName }).check();
  await form.getByLabel(fill(words.form.amount, { number: 1 })).fill('5');
  await form.getByRole('button', { name: words.form.submit }).click();

  const issued = page.getByRole('dialog', { name: fill(words.issued.ready, { name }) });
  await issued.getByRole('button', { name: words.issued.copy }).click();
  await expect(page.getByText(like(shell.ui.clipboard.counting_other))).toBeVisible();
  const secret = await readClipboard(page);
  expect(secret).toMatch(new RegExp(`^${SECRET.source}$`));
  await issued.getByRole('button', { name: fill(words.connect.copySnippet, { name: 'curl' }) }).click();
  await expect.poll(() => readClipboard(page)).toContain(`Bearer ${secret}`);
  expect(await readClipboard(page)).toContain(`${productUrl}/v1/chat/completions`);
  expect(await readTraces(page)).not.toContain(secret);
  await issued.getByRole('button', { name: words.issued.done }).last().click();
  await expect(issued).toBeHidden();
  await expect(rowOf(page, name).getByText(words.state.active)).toBeVisible();
  await expect(rowOf(page, name)).toContainText('$5.00');
  expect(await readTraces(page)).not.toContain(secret);
  expect(await callGateway(page, productUrl, secret)).toBe(200);

  const panel = await openPanel(page, name);
  await expect(panel.getByRole('link', { name: keyName })).toBeVisible();
  await panel.getByRole('button', { name: words.panel.revoke }).click();
  const question = page.getByRole('dialog', { name: fill(words.revoke.title, { name }) });
  await question.getByRole('button', { name: words.revoke.action }).click();
  await expect(page.getByText(fill(words.revoke.done, { name }))).toBeVisible();
  await expect(panel.getByRole('button', { name: words.panel.edit })).toHaveCount(0);
  expect(await callGateway(page, productUrl, secret)).toBe(401);
});

test('closing without a copy asks first, and the secret is not kept anywhere', async ({
  page,
  person,
  fakeProviderUrl,
  responses,
}) => {
  await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  await page.goto('/virtual-keys?add=1');
  const form = page.getByRole('dialog', { name: words.form.create });
  await form.getByRole('button', { name: words.form.submit }).click();
  await expect(form.getByText(words.form.nameMissing)).toBeVisible();
  await form.getByLabel(label(words.form.name)).fill('Forgotten');
  await form.getByRole('button', { name: words.form.submit }).click();
  const issued = page.getByRole('dialog', { name: fill(words.issued.ready, { name: 'Forgotten' }) });
  await issued.getByRole('button', { name: words.issued.done }).last().click();
  const question = page.getByRole('dialog', { name: words.issued.leaveTitle });
  await question.getByRole('button', { name: shell.ui.cancel }).click();
  await expect(issued).toBeVisible();
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: words.issued.leave }).click();
  await expect(issued).toBeHidden();
  expect(await readTraces(page)).not.toMatch(SECRET);
  const answers = (await responses.all()).filter(({ body }) => SECRET.test(body.toString()));
  expect(answers.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual(['POST /api/virtual-keys']);
});

test('a new secret works beside the old one for the time that was chosen', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  productUrl,
}) => {
  await grantClipboard(context);
  await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  const { secret: before } = await createVirtualKey(person, { name: 'CI' });
  await page.goto('/virtual-keys');
  const panel = await openPanel(page, 'CI');
  await panel.getByRole('button', { name: words.panel.rotate }).click();
  const question = page.getByRole('dialog', { name: fill(words.rotate.title, { name: 'CI' }) });
  await question.getByRole('button', { name: words.rotate.action }).click();
  const issued = page.getByRole('dialog', { name: fill(words.issued.rotated, { name: 'CI' }) });
  await issued.getByRole('button', { name: words.issued.copy }).click();
  await expect.poll(() => readClipboard(page)).toMatch(SECRET);
  const after = await readClipboard(page);
  expect(after).not.toBe(before);
  await issued.getByRole('button', { name: words.issued.done }).last().click();
  await expect(panel.getByText(like(words.panel.previousUntil))).toBeVisible();
  expect(await callGateway(page, productUrl, before)).toBe(200);
  expect(await callGateway(page, productUrl, after)).toBe(200);
});

test('limits and budgets are changed in one form and stay after a reload', async ({
  page,
  person,
  fakeProviderUrl,
}) => {
  await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  await createVirtualKey(person, { name: 'Intern', usd: 10 });
  await page.goto('/virtual-keys');
  const panel = await openPanel(page, 'Intern');
  await panel.getByRole('button', { name: words.panel.edit }).click();
  const form = page.getByRole('dialog', { name: fill(words.form.edit, { name: 'Intern' }) });
  await form.getByLabel(label(words.form.name)).fill('Summer project');
  await form.getByRole('button', { name: words.form.addBudget }).click();
  await form.getByLabel(fill(words.form.amount, { number: 2 })).fill('1');
  await form.getByRole('button', { name: words.form.limits }).click();
  await form.getByLabel(words.form.rpm).fill('30');
  const addresses = form.getByRole('combobox', { name: words.form.ips });
  await addresses.fill('nowhere');
  await addresses.press('Enter');
  await form.getByRole('button', { name: words.form.save }).click();
  await expect(form.getByText(fill(words.form.ipWrong, { value: 'nowhere' }))).toBeVisible();
  await addresses.press('Backspace');
  await addresses.fill('10.0.0.0/8');
  await addresses.press('Enter');
  await form.getByRole('button', { name: words.form.save }).click();
  await expect(page.getByText(fill(words.form.saved, { name: 'Summer project' }))).toBeVisible();
  await page.reload();
  await expect(panel.getByText('10.0.0.0/8')).toBeVisible();
  await expect(panel.getByText(fill(words.budget.of, { spent: '$0.00', limit: '$1.00' }))).toBeVisible();
  await panel.getByRole('button', { name: words.panel.topUp }).first().click();
  await panel.getByLabel(words.panel.topUpLabel).fill('2');
  await panel.getByRole('button', { name: words.panel.topUpDo, exact: true }).click();
  await expect(panel.getByText(fill(words.budget.topUp, { amount: '$2.00' }))).toBeVisible();
});

test('search and state stand in the address', async ({ page, person }) => {
  await createVirtualKey(person, { name: 'Alpha' });
  const { virtualKey } = await createVirtualKey(person, { name: 'Beta' });
  await person.api('DELETE /api/virtual-keys/{id}', { params: { id: virtualKey.id } });
  await page.goto('/virtual-keys?state=revoked');
  await expect(rowOf(page, 'Beta')).toBeVisible();
  await expect(rowOf(page, 'Alpha')).toHaveCount(0);
  await page.goto('/virtual-keys');
  await expect(rowOf(page, 'Alpha')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: words.filter.search })).toBeFocused();
  await page.keyboard.type('alp');
  await expect(page).toHaveURL(/q=alp/);
  await expect(rowOf(page, 'Beta')).toHaveCount(0);
  await expect(rowOf(page, 'Alpha')).toBeVisible();
});

test('a key names the virtual keys that use it', async ({ page, person, fakeProviderUrl }) => {
  const { name } = await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  await createVirtualKey(person, { name: 'Cherry Studio' });
  await page.goto('/keys');
  const panel = await openKeyPanel(page, name);
  await panel.getByRole('link', { name: 'Cherry Studio' }).click();
  await expect(page).toHaveURL(/\/virtual-keys\?open=vk_/);
  await expect(page.getByRole('dialog').getByRole('heading', { name: words.panel.budgets })).toBeVisible();
});

test('where the browser refuses the clipboard, the secret stands selected in a dialog that forgets it', async ({
  page,
  person,
  fakeProviderUrl,
}) => {
  await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });
    document.execCommand = () => false;
  });
  await page.goto('/virtual-keys?add=1');
  const form = page.getByRole('dialog', { name: words.form.create });
  await form.getByLabel(label(words.form.name)).fill('Old browser');
  await form.getByRole('button', { name: words.form.submit }).click();
  await page.getByRole('button', { name: words.issued.copy }).click();
  const dialog = page.getByRole('dialog', { name: shell.ui.copyDialog.title });
  await expect(dialog.getByRole('textbox')).toHaveValue(SECRET);
  expect(await page.content()).not.toMatch(SECRET);
  await dialog.getByRole('button', { name: shell.ui.copyDialog.done }).click();
  await expect(dialog).toBeHidden();
  expect(await readTraces(page)).not.toMatch(SECRET);
});
