import { brand } from '../server/ids.ts';
import { Secret } from '../server/secret.ts';
import { prepareSetting, type SettingValue, writeSetting } from '../server/settings/settings.ts';
import { type IdentityProvider, type OrganisationPerson, startIdentityProvider } from './identity-provider.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import type { Person, Reply, TestServer } from './test-server.ts';

/** Has a server sign people in through this provider, without the pages of an administrator. */
export async function setUpSso(
  target: TestServer,
  { provider, by, change = {} }: { provider: IdentityProvider; by: Person; change?: Partial<SettingValue<'sso'>> },
): Promise<void> {
  const { services } = target.server;
  await prepareSetting(services);
  const { issuer, clientId, clientSecret } = provider;
  const value = { issuer, clientId, name: 'Acme', createsAccounts: true, domains: [], trustsProviderMfa: false };
  await services.database.transaction((transaction) =>
    writeSetting(services, transaction, {
      name: 'sso',
      value: { ...value, ...change },
      secret: new Secret(clientSecret),
      updatedBy: brand<'User'>(by.userId),
      nowMs: Date.now(),
    }),
  );
}

/** Where providers send people back to on a test server. */
export const callbackOf = (target: TestServer): string => `${target.url}/sso/callback`;

/** A browser at the sign-in page: what it has begun, with the cookie that it was given. */
export interface Begun {
  url: string;
  cookie: string;
}

export async function begin(
  target: TestServer,
  call: 'POST /api/sso/start' | 'POST /api/me/sso/link' | 'POST /api/me/sso/confirm',
  person?: Person,
): Promise<Begun> {
  const reply = await target.call(call, person === undefined ? {} : { token: person.token });
  if (reply.status !== 200) throw new Error(`${call} was refused: ${reply.text}`);
  return { url: reply.json.url, cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

/** The whole way of somebody who signs in through their organisation. */
export async function signInThrough(
  target: TestServer,
  provider: IdentityProvider,
  person: OrganisationPerson,
): Promise<Reply> {
  const begun = await begin(target, 'POST /api/sso/start');
  const query = await provider.authorize(begun.url, person);
  return target.call('POST /api/sso/finish', { cookie: begun.cookie, body: { query } });
}

/** What the whole of a test file shares, because no test owns it; it ends with the process. */
const shared = new WeakMap<TestServer, Promise<{ provider: IdentityProvider; mail: MailServer }>>();

export function sharedOrganisation(target: TestServer) {
  const known = shared.get(target) ?? startShared(target);
  shared.set(target, known);
  return known;
}

async function startShared(target: TestServer) {
  const publicUrl = target.server.services.config.publicUrl?.origin;
  const uris = [callbackOf(target), ...(publicUrl === undefined ? [] : [`${publicUrl}/sso/callback`])];
  const provider = await startIdentityProvider(uris);
  const mail = await startMailServer();
  provider.unref();
  mail.unref();
  return { provider, mail };
}
