import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { ResponseCollector } from './fixtures.ts';
import { expect, test } from './fixtures.ts';
import { storeKey } from './keys.ts';
import type { Person } from './people.ts';
import { english, fill, label, like } from './texts.ts';

const { models, usage } = english;

const PRICED = 'gpt-4o-mini';
const UNPRICED = 'house-model-1';
const CLAUDE_CODE = 'claude-cli/2.0.0 (external, cli)';

interface Caller {
  productUrl: string;
  secret: string;
}

/** One call through the gateway, as a tool makes it; resolves when the whole answer is there. */
async function call({ productUrl, secret }: Caller, model: string, userAgent = CLAUDE_CODE): Promise<void> {
  const response = await fetch(`${productUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'user-agent': userAgent },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Waits until that many attempts are recorded: calls are written a moment after they end. */
async function recorded({ api }: Person, count: number): Promise<void> {
  await expect
    .poll(async () => (await api('GET /api/usage/events', { query: { limit: 100 } })).items.length)
    .toBe(count);
}

test('calls through the gateway are seen in figures, chart, breakdown and log, priced and exported', async ({
  page,
  person,
  productUrl,
  fakeProviderUrl,
  responses,
}) => {
  await test.step('before the first call, the page says what it is for and where to begin', async () => {
    await page.goto('/usage');
    await expect(page.getByRole('heading', { name: usage.empty.title })).toBeVisible();
    await expect(page.getByRole('link', { name: usage.empty.action })).toHaveAttribute('href', '/virtual-keys');
  });

  await storeKey(person, fakeProviderUrl, { name: 'Production' });
  const body = { name: 'Laptop', keyIds: 'all' as const, budgets: [{ usd: 20, period: 'month' as const }] };
  const { secret } = await person.api('POST /api/virtual-keys', { body });
  const caller = { productUrl, secret };
  await call(caller, PRICED);
  await call(caller, PRICED, 'codex_cli_rs/0.50.0');
  await call(caller, `openai/${UNPRICED}`);
  await recorded(person, 3);

  await test.step('the figures count every call and say which have no price', () => seeFigures(page));
  await test.step('the address carries chart, group and filter', () => explore(page));
  await test.step('a call opens with its tokens, prices and ids', () => openCall(page));
  await test.step('a price is entered and applied to the call that had none', () => enterPrice(page));
  await test.step('a new call comes in by itself', async () => {
    await page.goto('/usage/log');
    await expect(rows(page)).toHaveCount(3);
    await call(caller, PRICED);
    await expect(rows(page)).toHaveCount(4);
  });
  await test.step('the log is saved as a file', () => exportCsv(page));
  await test.step('no page ever received the virtual key', () => holdsNothing(responses, secret));
});

function rows(page: Page) {
  return page
    .getByRole('table')
    .getByRole('row')
    .filter({ has: page.locator('[data-row-name]') });
}

function figure(page: Page, name: string) {
  return page.getByRole('region', { name, exact: true });
}

async function seeFigures(page: Page): Promise<void> {
  await page.reload();
  await expect(figure(page, usage.figures.requests)).toContainText('3');
  await expect(figure(page, usage.figures.errors)).toContainText(usage.figures.noErrors);
  await expect(figure(page, usage.figures.cost)).toContainText('$');
  await expect(
    figure(page, usage.figures.cost).getByRole('link', { name: fill(usage.figures.unpriced_one, { formatted: 1 }) }),
  ).toBeVisible();
  await expect(page.getByRole('img', { name: like(usage.chart.label) })).toBeVisible();
  const budgets = page.getByRole('region', { name: usage.budgets.title });
  await expect(budgets.getByText('Laptop')).toBeVisible();
  await expect(budgets.getByText('/ $20.00')).toBeVisible();
}

async function explore(page: Page): Promise<void> {
  const chart = page.getByRole('region', { name: usage.chart.costBy.model });
  await chart.getByText(usage.chart.tab.tokens, { exact: true }).click();
  await expect(page).toHaveURL(/chart=tokens/);
  const breakdown = page.getByRole('region', { name: usage.breakdown.title });
  await breakdown.getByText(usage.by.tool, { exact: true }).first().click();
  await expect(page).toHaveURL(/by=tool/);
  await breakdown.getByRole('button', { name: 'Codex' }).click();
  await expect(page).toHaveURL(/tool=codex/);
  await expect(figure(page, usage.figures.requests)).toContainText('1');
  await page.reload();
  await expect(page.getByRole('heading', { name: usage.chart.title.tokens })).toBeVisible();
  await page.getByText(usage.chart.asTable).click();
  await expect(page.getByRole('columnheader', { name: usage.kind.cacheRead })).toBeVisible();
  await page.getByRole('link', { name: usage.page.log }).click();
  await expect(page).toHaveURL(/\/usage\/log\?(?=.*tool=codex)/);
  await expect(rows(page)).toHaveCount(1);
}

async function openCall(page: Page): Promise<void> {
  await page.getByRole('button', { name: PRICED, exact: true }).click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByText(like(usage.event.exactly))).toBeVisible();
  await expect(panel.getByRole('row', { name: new RegExp(`^${usage.bucket.output} `) })).toContainText('$0.60');
  await expect(panel.getByRole('button', { name: usage.event.copyRequestId })).toBeVisible();
  await expect(panel.getByText('Codex', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
}

async function enterPrice(page: Page): Promise<void> {
  await page.goto('/usage/log?price=unpriced');
  await expect(rows(page)).toHaveCount(1);
  const offered = page.getByRole('region', { name: usage.log.unpricedTitle });
  await offered.getByRole('button', { name: `openai/${UNPRICED}`, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: fill(models.ownPrice.title, { model: UNPRICED }) });
  await dialog.getByLabel(label(models.ownPrice.field.input)).fill('0.0000025');
  await expect(dialog.getByText(models.ownPrice.slip)).toBeVisible();
  await dialog.getByRole('button', { name: fill(models.ownPrice.useMeant, { prices: '$2.50' }) }).click();
  await dialog.getByLabel(label(models.ownPrice.field.output)).fill('10');
  await expect(dialog.getByText('$0.035')).toBeVisible();
  await dialog.getByRole('button', { name: models.ownPrice.save }).click();
  await expect(page.getByText(fill(models.ownPrice.repriced_one, { count: 1 }))).toBeVisible();
  await page.goto('/usage');
  await expect(figure(page, usage.figures.cost)).toContainText(usage.figures.exact);
}

async function exportCsv(page: Page): Promise<void> {
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: usage.log.export }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/^usage-\d{4}-\d{2}-\d{2}\.csv$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.trimEnd().split('\n')).toHaveLength(5);
  expect(text).toContain(UNPRICED);
}

async function holdsNothing(responses: ResponseCollector, secret: string): Promise<void> {
  expect((await responses.holding(secret)).map(({ url }) => url)).toEqual([]);
}
