import type { Page } from '@playwright/test';
import { renderOpenApi } from '../src/contract/openapi.ts';
import { expect, test } from './fixtures.ts';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { summary: string }>>;
}

/** Every host that a page asks for anything, collected from now on. */
function collectHosts(page: Page): Set<string> {
  const hosts = new Set<string>();
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http')) hosts.add(host);
  });
  return hosts;
}

async function readDocument(page: Page): Promise<Document> {
  const response = await page.request.get('/openapi.json');
  expect(response.headers()['content-type']).toMatch(/^application\/json/);
  return response.json();
}

function summariesOf({ paths }: Document): string[] {
  return Object.values(paths).flatMap((methods) => Object.values(methods).map(({ summary }) => summary));
}

test('/openapi.json is OpenAPI 3.1 and says what the contract says', async ({ page }) => {
  const document = await readDocument(page);
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document).toEqual(JSON.parse(JSON.stringify(renderOpenApi())));
  expect(Object.keys(document.paths)).toContain('/api/keys/{id}/copy');
});

test('/docs shows every operation from local files alone', async ({ page, productUrl }) => {
  const hosts = collectHosts(page);
  const summaries = summariesOf(await readDocument(page));
  await page.goto('/docs');
  await expect(page.locator('.opblock').first()).toBeVisible();
  // Long lists are drawn where they are on the screen only, so every operation is seen on the way down.
  const seen = new Set<string>();
  await expect
    .poll(
      async () => {
        for (const text of await page.locator('.opblock-summary-description').allInnerTexts()) seen.add(text);
        await page.mouse.wheel(0, 500);
        return summaries.filter((summary) => !seen.has(summary));
      },
      { timeout: 50_000, intervals: [50] },
    )
    .toEqual([]);
  await page.goto('/docs#/keys');
  await page.reload();
  const operation = page.locator('.opblock').filter({ hasText: '/api/keys/{id}/copy' });
  await operation.getByRole('button').first().click();
  await expect(operation.getByText('Responses').first()).toBeVisible();
  expect([...hosts]).toEqual([new URL(productUrl).host]);
});

test('/redoc shows every operation from local files alone', async ({ page, productUrl }) => {
  const hosts = collectHosts(page);
  const summaries = summariesOf(await readDocument(page));
  await page.goto('/redoc');
  const missing = async () => {
    const text = await page.locator('#page').textContent();
    return summaries.filter((summary) => text?.includes(summary) !== true);
  };
  await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
  expect([...hosts]).toEqual([new URL(productUrl).host]);
});
