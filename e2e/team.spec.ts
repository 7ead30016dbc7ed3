import type { BrowserContext, Locator, Page } from '@playwright/test';
import { expectAccessible, looks } from './axe.ts';
import { grantClipboard, readClipboard } from './clipboard.ts';
import { expect, readTraces, test } from './fixtures.ts';
import { copyButton, openPanel, rowOf, storeKey } from './keys.ts';
import { type Account, makeAccount, registerAccount, signIn, signInByForm } from './people.ts';
import { clientOf, joinTeam, makeTeam, openIn, type Team } from './teams.ts';
import { english, fill, label, like, texts } from './texts.ts';

const { accounts, credentials, grants, invitations, members, serviceAccounts, shell, virtualKeys, workspaces } =
  english;

// Contrast is measured on colours at rest.
test.use({ reducedMotion: 'reduce' });

function rowOfMember(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ hasText: name });
}

/** Makes a link in the dialog that is open, and reads it from the clipboard. */
async function makeLink(page: Page): Promise<string> {
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: invitations.form.submit }).click();
  const ready = page.getByRole('dialog', { name: invitations.issued.title });
  await ready.getByRole('button', { name: invitations.issued.copy }).click();
  await expect.poll(() => readClipboard(page)).toContain('/invite#');
  const link = await readClipboard(page);
  expect(await readTraces(page)).not.toContain(link.split('#')[1]);
  await ready.getByRole('button', { name: invitations.issued.done }).click();
  await expect(ready).toBeHidden();
  return link;
}

/** Fills the form for a new account and sends it. */
async function register(page: Page, { email, name, password }: Account): Promise<void> {
  await page.getByLabel(english.sessions.email, { exact: true }).fill(email);
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=terms]').check();
  await page.getByRole('button', { name: accounts.register.submit }).click();
}

async function newBrowser(context: BrowserContext, baseURL: string): Promise<BrowserContext> {
  const browser = context.browser();
  if (browser === null) throw new Error('The journey has no browser.');
  return browser.newContext({ baseURL, locale: 'en-US', reducedMotion: 'reduce' });
}

async function callGateway(page: Page, productUrl: string, secret: string): Promise<number> {
  const response = await page.request.post(`${productUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${secret}` },
    data: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] },
  });
  return response.status();
}

/** Creates a virtual key on its page and reads the secret from the clipboard. */
async function createVirtualKey(page: Page, name: string): Promise<string> {
  await page.goto('/virtual-keys?add=1');
  const form = page.getByRole('dialog', { name: virtualKeys.form.create });
  await form.getByLabel(label(virtualKeys.form.name)).fill(name);
  await form.getByRole('button', { name: virtualKeys.form.submit }).click();
  await page.getByRole('button', { name: virtualKeys.issued.copy }).click();
  await expect.poll(() => readClipboard(page)).toMatch(/^sk-akm-/);
  return readClipboard(page);
}

test('invite, accept, use a shared key through a virtual key, be refused a copy, and the owner sees it', async ({
  page,
  context,
  person,
  complaints,
  fakeProviderUrl,
  productUrl,
}) => {
  test.setTimeout(120_000);
  await grantClipboard(context);
  await page.goto('/team');
  await page.getByRole('button', { name: workspaces.switcher.create }).click();
  const create = page.getByRole('dialog', { name: workspaces.create.title });
  await create.getByLabel(label(workspaces.create.name)).fill('Acme engineering');
  await create.getByRole('button', { name: workspaces.create.submit }).click();
  await expect(page.getByRole('heading', { level: 1, name: members.page.title })).toBeVisible();
  await page.getByRole('button', { name: members.page.invite }).click();
  const link = await makeLink(page);

  const workspaceId = await page.evaluate(() => localStorage.getItem('akm.workspace'));
  if (workspaceId === null) throw new Error('No workspace is chosen.');
  const asOwner = await clientOf(productUrl, person, workspaceId);
  const { key, secret } = await storeKey({ ...person, api: asOwner }, fakeProviderUrl, { name: 'Shared OpenAI' });

  const colleague = makeAccount('Kim');
  const theirs = await newBrowser(context, productUrl);
  await complaints.watch(theirs);
  await grantClipboard(theirs);
  const their = await theirs.newPage();
  await their.goto(link);
  await expect(
    their.getByRole('heading', { name: fill(invitations.accept.title, { name: 'Acme engineering' }) }),
  ).toBeVisible();
  await expectAccessible(their, 'an invitation');
  expect(their.url()).not.toContain('#');
  await their.getByRole('link', { name: invitations.accept.register }).click();
  await register(their, colleague);
  await expect(their.getByText('Acme engineering')).toBeVisible();
  await their.goto('/keys');
  await expect(their.getByText(grants.empty.title)).toBeVisible();

  await page.goto('/keys');
  const panel = await openPanel(page, 'Shared OpenAI');
  await panel.getByRole('button', { name: grants.share }).click();
  await panel.getByLabel(label(grants.add.whom)).fill('Kim');
  await page.getByRole('option', { name: /^Kim/ }).click();
  await panel.getByRole('radio', { name: grants.level.use }).check();
  await panel.getByRole('button', { name: credentials.panel.save }).click();
  await expect(panel.getByRole('list', { name: grants.listName })).toContainText(colleague.email);

  await their.reload();
  await expect(rowOf(their, 'Shared OpenAI')).toContainText(grants.own.use);
  await expect(copyButton(their, 'Shared OpenAI')).toHaveCount(0);
  const virtualKey = await createVirtualKey(their, 'Kim at work');
  expect(await callGateway(their, productUrl, virtualKey)).toBe(200);
  const asColleague = await clientOf(productUrl, colleague, workspaceId);
  const refusal = await asColleague('POST /api/keys/{id}/copy', { params: { id: key.id } }).catch(
    (thrown: unknown) => thrown,
  );
  expect(refusal).toMatchObject({ code: 'forbidden' });
  expect(await readTraces(their)).not.toContain(secret);

  await page.goto('/audit');
  const { audit } = english;
  const sentence = fill(audit.action.access.refused, { actor: colleague.email, what: audit.refused.copyKey });
  await expect(page.getByText(sentence).first()).toBeVisible();
  await asOwner('DELETE /api/members/{userId}', { params: { userId: (await asColleague('GET /api/me')).user.id } });
  expect(await callGateway(page, productUrl, virtualKey)).toBe(401);
  complaints.expect(/status of 404/);
  await their.getByRole('link', { name: shell.nav.team }).click();
  await expect(their.getByText(fill(workspaces.switcher.lost, { name: 'Acme engineering' }))).toBeVisible();
  await theirs.close();
});

test('who is signed out keeps the invitation through the sign-in, and a link works once', async ({
  page,
  context,
  person,
  complaints,
  productUrl,
}) => {
  complaints.expect(/status of 410/);
  const team = await makeTeam(person, productUrl);
  await team.asOwner('PUT /api/workspace/policy', { body: { confirmsMembers: true } });
  const account = await registerAccount(productUrl, 'Noa');
  const { token } = await team.asOwner('POST /api/invitations', { body: { role: 'viewer', email: account.email } });
  await context.clearCookies();
  await page.goto(`/invite#${token}`);
  await expect(page.getByText(invitations.accept.confirmation)).toBeVisible();
  await page.getByRole('link', { name: invitations.accept.signIn }).click();
  await signInByForm(page, account);
  await page.getByRole('button', { name: invitations.accept.submit }).click();
  await expect(page.getByRole('heading', { name: invitations.accept.waitingTitle })).toBeVisible();
  expect(await readTraces(page)).not.toContain(token);
  await page.getByRole('link', { name: invitations.accept.goOn }).click();
  await page.getByRole('button', { name: shell.workspace.switchTo }).click();
  await expect(
    page.getByRole('menuitem', { name: fill(workspaces.leave.stopWaiting, { name: team.name }) }),
  ).toBeVisible();
  await page.goto('about:blank');
  await page.goto(`/invite#${token}`);
  await expect(page.getByRole('heading', { name: invitations.accept.usedTitle })).toBeVisible();
});

test('one who waits is let in, gets another role, is shut out and removed with the keys to rotate', async ({
  page,
  person,
  fakeProviderUrl,
  productUrl,
}) => {
  const team = await makeTeam(person, productUrl);
  const { key } = await storeKey({ ...person, api: team.asOwner }, fakeProviderUrl, { name: 'Copied once' });
  await team.asOwner('PUT /api/workspace/policy', { body: { confirmsMembers: true } });
  const { userId, asMember } = await joinTeam(team, productUrl, { name: 'Sam', role: 'member' });
  await openIn(page, team.workspaceId);
  await page.goto('/team');
  await expect(page.getByText(members.waiting_one)).toBeVisible();
  await page.getByRole('button', { name: fill(members.action.confirmNamed, { name: 'Sam' }) }).click();
  await expect(rowOfMember(page, 'Sam')).toContainText(members.state.active);

  const subject = { kind: 'user', id: userId } as const;
  await team.asOwner('PUT /api/keys/{id}/grants', { params: { id: key.id }, body: { subject, level: 'copy' } });
  await asMember('POST /api/keys/{id}/copy', { params: { id: key.id } });

  await rowOfMember(page, 'Sam')
    .getByRole('combobox', { name: fill(members.row.roleOf, { name: 'Sam' }) })
    .click();
  await page.getByRole('option', { name: shell.workspace.role.viewer }).click();
  await expect(
    page.getByText(fill(members.done.role, { name: 'Sam', role: shell.workspace.role.viewer })),
  ).toBeVisible();
  await page.getByRole('button', { name: members.action.undo }).click();
  await expect(rowOfMember(page, 'Sam').getByRole('combobox')).toHaveValue(shell.workspace.role.member);

  const openMenu = () => page.getByRole('button', { name: fill(members.row.actionsOf, { name: 'Sam' }) }).click();
  await openMenu();
  await page.getByRole('menuitem', { name: members.action.disable }).click();
  const disable = page.getByRole('dialog', { name: fill(members.disable.title, { name: 'Sam' }) });
  await disable.getByRole('button', { name: members.disable.confirm }).click();
  await expect(rowOfMember(page, 'Sam')).toContainText(members.state.disabled);
  await openMenu();
  await page.getByRole('menuitem', { name: members.action.remove }).click();
  const remove = page.getByRole('dialog', { name: fill(members.remove.title, { name: 'Sam' }) });
  await expect(remove.getByText(fill(members.report.rotate_one, { count: 1 }))).toBeVisible();
  await expect(remove.getByRole('link', { name: fill(members.report.open, { name: 'Copied once' }) })).toBeVisible();
  await remove.getByRole('button', { name: members.remove.confirm }).click();
  const removed = page.getByRole('dialog', { name: fill(members.remove.doneTitle, { name: 'Sam' }) });
  await expect(removed.getByText(fill(members.report.rotate_one, { count: 1 }))).toBeVisible();
  await removed.getByRole('button', { name: members.report.close }).click();
  await expect(rowOfMember(page, 'Sam')).toHaveCount(0);
});

test('a viewer sees keys and no way to use, copy or change one', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  productUrl,
}) => {
  const team = await makeTeam(person, productUrl);
  await storeKey({ ...person, api: team.asOwner }, fakeProviderUrl, { name: 'Only seen' });
  const viewer = await joinTeam(team, productUrl, { name: 'Vera', role: 'viewer' });
  await context.clearCookies();
  await signIn(context, productUrl, viewer);
  await openIn(page, team.workspaceId);
  await page.goto('/keys');
  await expect(rowOf(page, 'Only seen')).toContainText(grants.own.see);
  await expect(copyButton(page, 'Only seen')).toHaveCount(0);
  await expect(page.getByRole('button', { name: credentials.page.add })).toHaveCount(0);
  const places = page.getByRole('navigation', { name: shell.nav.label });
  await expect(places.getByRole('link', { name: shell.nav.team })).toBeVisible();
  for (const name of [shell.nav.virtualKeys, shell.nav.playground, shell.nav.audit]) {
    await expect(places.getByRole('link', { name, exact: true })).toHaveCount(0);
  }
  const panel = await openPanel(page, 'Only seen');
  await expect(panel.getByText(credentials.access.see)).toBeVisible();
  for (const name of [credentials.test.again, credentials.test.run, credentials.secret.replace, grants.share]) {
    await expect(panel.getByRole('button', { name })).toHaveCount(0);
  }
  await page.goto('/team');
  await expect(rowOfMember(page, 'Vera')).toBeVisible();
  await expect(page.getByRole('button', { name: members.page.invite })).toHaveCount(0);
  await expect(page.getByText(person.email)).toHaveCount(0);
});

test('a program gets a token once, reaches what was granted to it, and stops when the token is revoked', async ({
  page,
  context,
  person,
  fakeProviderUrl,
  productUrl,
}) => {
  await grantClipboard(context);
  const team = await makeTeam(person, productUrl);
  await storeKey({ ...person, api: team.asOwner }, fakeProviderUrl, { name: 'For the pipeline' });
  await openIn(page, team.workspaceId);
  await page.goto('/team/programs');
  await page.getByRole('button', { name: serviceAccounts.page.create }).click();
  const form = page.getByRole('dialog', { name: serviceAccounts.form.title });
  await form.getByLabel(label(serviceAccounts.form.name)).fill('Pipeline');
  await form.getByRole('button', { name: serviceAccounts.form.submit }).click();
  await page.getByRole('button', { name: serviceAccounts.tokens.issue }).click();
  const issue = page.getByRole('dialog', { name: fill(serviceAccounts.issue.title, { name: 'Pipeline' }) });
  await issue.getByLabel(label(serviceAccounts.issue.name)).fill('Runner');
  await issue.getByRole('button', { name: serviceAccounts.issue.submit }).click();
  const ready = page.getByRole('dialog', { name: fill(serviceAccounts.issue.ready, { name: 'Runner' }) });
  await ready.getByRole('button', { name: serviceAccounts.issue.copy }).click();
  await expect(page.getByText(like(shell.ui.clipboard.counting_other))).toBeVisible();
  const token = await readClipboard(page);
  expect(token).toMatch(/^sa-akm-/);
  expect(await readTraces(page)).not.toContain(token);
  await ready.getByRole('button', { name: serviceAccounts.issue.done }).click();
  const names = async () => {
    const response = await page.request.get(`${productUrl}/api/keys`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (response.status() !== 200) return response.status();
    const { items }: { items: { name: string }[] } = await response.json();
    return items.map(({ name }) => name);
  };
  expect(await names()).toEqual([]);

  await page.goto('/keys');
  const panel = await openPanel(page, 'For the pipeline');
  await panel.getByRole('button', { name: grants.share }).click();
  await panel.getByLabel(label(grants.add.whom)).click();
  await page.getByRole('option', { name: 'Pipeline' }).click();
  await expect(panel.getByRole('radio', { name: grants.level.manage })).toHaveCount(0);
  await panel.getByRole('button', { name: credentials.panel.save }).click();
  await expect(panel.getByRole('list', { name: grants.listName })).toContainText('Pipeline');
  expect(await names()).toEqual(['For the pipeline']);
  await panel.getByRole('button', { name: fill(grants.remove, { name: 'Pipeline' }) }).click();
  await expect(panel.getByRole('list', { name: grants.listName })).not.toContainText('Pipeline');
  expect(await names()).toEqual([]);

  await page.goto('/team/programs');
  await page.getByRole('button', { name: fill(serviceAccounts.row.open, { name: 'Pipeline' }) }).click();
  await page.getByRole('button', { name: fill(serviceAccounts.tokens.revokeNamed, { name: 'Runner' }) }).click();
  const question = page.getByRole('dialog', { name: fill(serviceAccounts.tokens.revokeTitle, { name: 'Runner' }) });
  await question.getByRole('button', { name: serviceAccounts.tokens.revoke }).click();
  await expect(page.getByText(serviceAccounts.tokens.none)).toBeVisible();
  expect(await names()).toBe(401);
});

test('a key moves to a team, and a workspace is deleted by its name and brought back', async ({
  page,
  person,
  fakeProviderUrl,
  productUrl,
}) => {
  const team = await makeTeam(person, productUrl);
  await storeKey(person, fakeProviderUrl, { name: 'Moving out' });
  await page.goto('/keys');
  const panel = await openPanel(page, 'Moving out');
  await panel.getByRole('button', { name: workspaces.move.action }).click();
  const move = page.getByRole('dialog', { name: fill(workspaces.move.title, { name: 'Moving out' }) });
  await move.getByRole('button', { name: workspaces.move.confirm }).click();
  await expect(page.getByText(fill(workspaces.move.done, { name: 'Moving out', workspace: team.name }))).toBeVisible();
  await expect(rowOf(page, 'Moving out')).toHaveCount(0);

  await page.getByRole('button', { name: shell.workspace.switchTo }).click();
  await page.getByRole('menuitem', { name: team.name }).click();
  await expect(rowOf(page, 'Moving out')).toBeVisible();
  await page.goto('/team/workspace');
  await page.getByRole('button', { name: workspaces.delete.action }).click();
  const question = page.getByRole('dialog', { name: fill(workspaces.delete.dialogTitle, { name: team.name }) });
  const submit = question.getByRole('button', { name: workspaces.delete.confirm });
  await expect(submit).toBeDisabled();
  await question.getByLabel(fill(workspaces.delete.type, { name: team.name })).fill(team.name);
  await submit.click();
  await expect(page).toHaveURL(/\/$/);
  await page.goto('/team/workspace');
  await page.getByRole('button', { name: fill(workspaces.deleted.restoreNamed, { name: team.name }) }).click();
  await expect(page.getByRole('heading', { level: 1, name: members.page.title })).toBeVisible();
  await page.goto('/keys');
  await expect(rowOf(page, 'Moving out')).toBeVisible();
});

test('a workspace that asks for a second factor says so in place of errors', async ({
  page,
  person,
  complaints,
  productUrl,
}) => {
  complaints.expect(/status of 403/);
  const team = await makeTeam(person, productUrl);
  await openIn(page, team.workspaceId);
  // The server lets nobody ask for a factor they lack, so the answers are those of a colleague's rule.
  await page.route('**/api/me', async (route) => {
    const me: { workspaces: { id: string }[] } = await (await route.fetch()).json();
    const asked = me.workspaces.map((workspace) => ({
      ...workspace,
      ...(workspace.id === team.workspaceId ? { requiresTwoFactor: true } : {}),
    }));
    await route.fulfill({ json: { ...me, workspaces: asked } });
  });
  const refusal = { error: { code: 'two_factor_needed', message: 'A second factor is needed.' } };
  await page.route('**/api/workspace', (route) => route.fulfill({ status: 403, json: refusal }));
  await page.goto('/keys');
  await expect(page.getByText(fill(workspaces.factor.title, { name: team.name }))).toBeVisible();
  await expectAccessible(page, 'a workspace that asks for a second factor');
  await page.getByRole('link', { name: workspaces.factor.action }).click();
  await expect(page.getByRole('heading', { level: 1, name: english.sessions.security.title })).toBeVisible();
});

/** A team with something on every page. */
async function fillTeam(team: Team, productUrl: string): Promise<void> {
  const { userId } = await joinTeam(team, productUrl, { name: 'Sam', role: 'member' });
  await team.asOwner('PUT /api/workspace/policy', { body: { confirmsMembers: true } });
  await joinTeam(team, productUrl, { name: 'Pat', role: 'viewer' });
  await team.asOwner('POST /api/groups', { body: { name: 'Data science', memberIds: [userId] } });
  await team.asOwner('POST /api/service-accounts', { body: { name: 'Pipeline', note: 'On the build server' } });
  await team.asOwner('POST /api/invitations', { body: { role: 'member' } });
}

for (const { theme, locale } of looks) {
  test(`axe finds nothing on the pages of a team, ${theme}, ${locale}`, async ({
    page,
    person,
    fakeProviderUrl,
    productUrl,
  }) => {
    test.setTimeout(120_000);
    const team = await makeTeam(person, productUrl);
    await fillTeam(team, productUrl);
    const { key } = await storeKey({ ...person, api: team.asOwner }, fakeProviderUrl, { name: 'Shared' });
    await person.api('PUT /api/me', { body: { theme, locale } });
    await openIn(page, team.workspaceId);
    const words = texts[locale];
    const dialog = page.getByRole('dialog');
    const pages = [
      ['/team', page.getByRole('row').nth(1)],
      ['/team?invite=1', dialog.getByRole('button', { name: words.invitations.form.submit })],
      ['/team/groups', page.getByRole('row').nth(1)],
      ['/team/programs', page.getByRole('row').nth(1)],
      ['/team/invitations', page.getByRole('row').nth(1)],
      ['/team/workspace', page.getByText(words.workspaces.policy.adminsMayCopy.label)],
      [`/keys?key=${key.id}`, dialog.getByRole('list', { name: words.grants.listName })],
    ] as const;
    for (const [path, shown] of pages) {
      await page.goto(path);
      await expect(shown, path).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expectAccessible(page, path);
    }
  });
}
