import type { Locator, Page } from '@playwright/test';
import { flavourOf } from '../src/testing/fake-provider/route.ts';
import { grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { makeSecret, storeKey } from './keys.ts';
import { english, fill } from './texts.ts';

const { playground: words, errors } = english;

const SECRET = /sk-akm-[0-9A-Za-z]{49}/;
const ANSWER = 'Hello from the fake';

function log(page: Page): Locator {
  return page.getByRole('log', { name: words.chat.label });
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('textbox', { name: words.chat.input }).fill(question);
  await page.keyboard.press('Enter');
}

test('without a key the playground says what it is for and where to begin', async ({ page, person }) => {
  await person.api('GET /api/me');
  await page.goto('/playground');
  await expect(page.getByText(words.empty.sentence)).toBeVisible();
  await page.getByRole('link', { name: words.empty.action }).click();
  await expect(page).toHaveURL(/\/keys\?add=1/);
});

const cases = [
  { provider: 'openai', model: 'gpt-4o-mini', path: '/v1/chat/completions' },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', path: '/v1/messages' },
  { provider: 'google', model: 'gemini-2.5-flash', path: '/v1beta/models/' },
] as const;

for (const { provider, model, path } of cases) {
  test(`a conversation with ${provider} streams, is counted, and is given as code`, async ({
    page,
    context,
    person,
    fakeProviderUrl,
    productUrl,
    responses,
  }) => {
    await grantClipboard(context);
    const baseUrl = `${fakeProviderUrl}/${provider}${flavourOf(provider).mainBase}`;
    const { key } = await storeKey(person, fakeProviderUrl, { name: 'The real one', provider, baseUrl });
    await page.goto(`/playground?keyId=${key.id}&model=${model}`);
    await ask(page, 'What is a virtual key?');
    await expect(log(page).getByText(ANSWER)).toBeVisible();
    await expect(log(page).getByRole('list', { name: words.figures.label })).toContainText('The real one');
    await ask(page, 'And a budget?');
    await expect(log(page).getByText(ANSWER)).toHaveCount(2);

    await page.getByRole('button', { name: fill(words.code.copy, { name: 'curl' }) }).click();
    await expect.poll(() => readClipboard(page)).toContain(productUrl + path);
    expect(await readClipboard(page)).toContain('$AKM_KEY');
    expect(await readClipboard(page)).toContain('What is a virtual key?');
    expect(await readTraces(page)).not.toMatch(SECRET);
    const minted = (await responses.all()).filter(({ url }) => url.endsWith('/api/playground/key'));
    expect(minted.map(({ status }) => status)).toEqual([201]);
  });
}

test('a model is found by a part of its name and chosen by keyboard', async ({ page, person, fakeProviderUrl }) => {
  await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  await page.goto('/playground');
  await ask(page, 'Hello');
  await expect(page.getByText(words.chat.modelMissing)).toBeVisible();
  const field = page.getByRole('combobox', { name: words.settings.model });
  await expect(field).toBeFocused();
  await field.fill('4o-mini');
  await expect(page.getByRole('option').first()).toContainText('4o-mini');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue(/4o-mini/);
  await page.getByRole('button', { name: words.chat.send }).click();
  await expect(log(page).getByText(ANSWER)).toBeVisible();
});

test('an answer that does not come can be stopped, and the conversation begun anew', async ({
  page,
  person,
  fakeProviderUrl,
}) => {
  const { key } = await storeKey(person, fakeProviderUrl, { name: 'Slow', secret: makeSecret('slow') });
  await page.goto(`/playground?keyId=${key.id}&model=gpt-4o-mini`);
  await ask(page, 'Hello');
  await expect(log(page).getByText(words.chat.thinking)).toBeVisible();
  await page.getByRole('button', { name: words.chat.stop }).click();
  await expect(log(page).getByText(words.chat.stopped)).toBeVisible();
  await page.getByRole('button', { name: words.chat.reset }).click();
  await expect(log(page).getByText(words.chat.start)).toBeVisible();
});

test('a key that the provider refuses is told in a sentence with a next step', async ({
  page,
  person,
  fakeProviderUrl,
  complaints,
}) => {
  complaints.expect(/^console: Failed to load resource: .* status of 502 .*\/v1\/chat\/completions\)$/);
  const { key } = await storeKey(person, fakeProviderUrl, { name: 'Broken', secret: makeSecret('invalid') });
  await page.goto(`/playground?keyId=${key.id}&model=gpt-4o-mini`);
  await ask(page, 'Hello');
  const alert = log(page).getByRole('alert');
  await expect(alert.getByText(errors.upstream_key_refused.next)).toBeVisible();
  await expect(alert.getByRole('button', { name: words.chat.again })).toBeVisible();
});

test('what a model answers is shown as text and never as a page', async ({ page, person, fakeProviderUrl }) => {
  const { key } = await storeKey(person, fakeProviderUrl, { name: 'The real one' });
  await page.route('**/v1/chat/completions', (route) => {
    const chunk = { choices: [{ delta: { content: '<img src=x onerror="document.title=1">\n\nEnd' } }] };
    const body = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
    return route.fulfill({ contentType: 'text/event-stream', body });
  });
  await page.goto(`/playground?keyId=${key.id}&model=gpt-4o-mini`);
  await ask(page, 'Hello');
  await expect(log(page).getByText('<img src=x')).toBeVisible();
  await expect(log(page).locator('img')).toHaveCount(0);
});
