import { randomBytes } from 'node:crypto';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { type Client, createClient } from '../src/contract/client.ts';
import { english } from './texts.ts';

export interface Account {
  email: string;
  name: string;
  password: string;
}

/** Somebody whose browser is signed in; `api` makes calls of the same session without the browser. */
export interface Person extends Account {
  api: Client;
}

export function makeAccount(name: string): Account {
  const id = randomBytes(6).toString('hex');
  return { email: `person-${id}@example.com`, name, password: `journey ${randomBytes(12).toString('hex')}` };
}

export async function registerAccount(baseUrl: string, name: string): Promise<Account> {
  const account = makeAccount(name);
  await createClient({ baseUrl })('POST /api/register', { body: account });
  return account;
}

/** Signs a browser in without its sign-in page. */
export async function signIn(context: BrowserContext, baseUrl: string, account: Account): Promise<Person> {
  const { email, password } = account;
  const response = await context.request.post(`${baseUrl}/api/login`, { data: { email, password } });
  expect(response.status(), 'signing in').toBe(200);
  const { access_token: token }: { access_token: string } = await response.json();
  return { ...account, api: createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) }) };
}

/** Signs in the way people do and waits for the page that comes next. */
export async function signInByForm(page: Page, { email, password }: Account): Promise<void> {
  await page.getByLabel(english.sessions.email, { exact: true }).fill(email);
  await page.getByLabel(english.sessions.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: english.sessions.signIn.submit, exact: true }).click();
}
