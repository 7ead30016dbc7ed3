import type { Page } from '@playwright/test';
import { type Client, createClient } from '../src/contract/client.ts';
import { brand } from '../src/server/ids.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { makeSecret } from './keys.ts';
import { type Account, type Person, registerAccount } from './people.ts';
import { english, fill, like } from './texts.ts';

const { audit, credentials } = english;

test.use({ reducedMotion: 'reduce' });

const KEY_NAME = 'Audited key';

/** A client of the account, in a workspace when one is given. */
async function clientOf(baseUrl: string, { email, password }: Account, workspaceId?: string): Promise<Client> {
  const { access_token: token } = await createClient({ baseUrl })('POST /api/login', { body: { email, password } });
  return createClient({
    baseUrl,
    headers: () => ({
      authorization: `Bearer ${token}`,
      ...(workspaceId === undefined ? {} : { 'x-workspace-id': workspaceId }),
    }),
  });
}

interface Scene {
  workspaceId: string;
  member: Account;
  keyId: string;
  secret: string;
}

/** A team whose member may use a key and has just been refused a copy of its secret. */
async function refusedCopy(owner: Person, productUrl: string, fakeProviderUrl: string): Promise<Scene> {
  const { id: workspaceId } = await owner.api('POST /api/workspaces', { body: { name: 'Audited team' } });
  const asOwner = await clientOf(productUrl, owner, workspaceId);
  const member = await registerAccount(productUrl, 'Mika');
  const { token } = await asOwner('POST /api/invitations', { body: { role: 'member' } });
  const asNewcomer = await clientOf(productUrl, member);
  await asNewcomer('POST /api/invitations/accept', { body: { token } });
  const { user } = await asNewcomer('GET /api/me');
  const secret = makeSecret();
  const { id: keyId } = await asOwner('POST /api/keys', {
    body: { provider: 'openai', name: KEY_NAME, secret, baseUrl: `${fakeProviderUrl}/v1` },
  });
  const subject = { kind: 'user', id: brand<'User'>(user.id) } as const;
  await asOwner('PUT /api/keys/{id}/grants', { params: { id: keyId }, body: { subject, level: 'use' } });
  const asMember = await clientOf(productUrl, member, workspaceId);
  const refusal = await asMember('POST /api/keys/{id}/copy', { params: { id: keyId } }).catch(
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: 'forbidden' });
  return { workspaceId, member, keyId, secret };
}

async function openAudit(page: Page, workspaceId: string): Promise<void> {
  await page.addInitScript((id) => localStorage.setItem('akm.workspace', id), workspaceId);
  await page.goto('/audit');
  await expect(page.getByRole('heading', { level: 1, name: audit.title })).toBeVisible();
}

test('an owner finds the refused copy of a member, and verifies that nothing was changed', async ({
  page,
  person,
  productUrl,
  fakeProviderUrl,
}) => {
  const { workspaceId, member, keyId } = await refusedCopy(person, productUrl, fakeProviderUrl);
  await openAudit(page, workspaceId);
  const sentence = fill(audit.action.access.refused, { actor: member.email, what: audit.refused.copyKey });
  const row = page.getByRole('row').filter({ hasText: sentence });
  await expect(row).toContainText(audit.result.denied);
  await expectAccessible(page, 'the audit trail');

  await row.getByRole('button', { name: sentence }).click();
  const panel = page.getByRole('dialog');
  await expect(panel).toContainText(audit.reason.forbidden);
  await expect(panel).toContainText(keyId);
  await expectAccessible(page, 'an event of the audit trail');
  await panel.getByRole('link', { name: audit.detail.openKey }).click();
  await expect(page.getByRole('dialog', { name: KEY_NAME })).toBeVisible();

  await page.goto('/audit');

  await page.getByRole('button', { name: audit.verify.action }).click();
  const report = page.getByRole('region', { name: audit.verify.intact });
  await expect(report).toContainText(like(audit.verify.head));
  await expectAccessible(page, 'the report on the chain');
});

test('the trail is narrowed by result and text, and the address keeps it', async ({
  page,
  person,
  productUrl,
  fakeProviderUrl,
}) => {
  const { workspaceId } = await refusedCopy(person, productUrl, fakeProviderUrl);
  await openAudit(page, workspaceId);
  const rows = page.locator('tbody').getByRole('row');
  await expect(rows).not.toHaveCount(0);
  await page.getByPlaceholder(audit.filter.result).click();
  await page.getByRole('option', { name: audit.result.denied }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/result=denied/);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.getByPlaceholder(audit.filter.search).fill('nothing like this');
  await expect(page.getByText(audit.empty.noMatch)).toBeVisible();
  await page.getByRole('main').locator('section').getByRole('button', { name: audit.empty.clear }).click();
  await expect(rows).not.toHaveCount(0);
});

test('the export holds the events and no secret', async ({ page, person, productUrl, fakeProviderUrl, responses }) => {
  const { workspaceId, secret } = await refusedCopy(person, productUrl, fakeProviderUrl);
  await openAudit(page, workspaceId);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: audit.export }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^audit-\d{4}-\d{2}-\d{2}\.csv$/);
  const [csv] = await responses.holding('access.refused');
  expect(csv).toBeDefined();
  expect(await responses.holding(secret)).toEqual([]);
});

test('a member sees their own doing, without the means of owners', async ({
  page,
  context,
  person,
  productUrl,
  fakeProviderUrl,
}) => {
  const { workspaceId, member } = await refusedCopy(person, productUrl, fakeProviderUrl);
  const { email, password } = member;
  await context.clearCookies();
  await context.request.post(`${productUrl}/api/login`, { data: { email, password } });
  await openAudit(page, workspaceId);
  await expect(page.getByText(audit.leadOwn)).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: audit.result.denied })).toHaveCount(1);
  await expect(page.getByText(fill(audit.action.key.created, { actor: person.email, target: KEY_NAME }))).toHaveCount(
    0,
  );
  await expect(page.getByRole('button', { name: audit.verify.action })).toHaveCount(0);
  await expect(page.getByText(credentials.page.add)).toHaveCount(0);
});
