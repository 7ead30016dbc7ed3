import type { Client } from '../contract/client.ts';
import type { OperationKey } from '../contract/operations.ts';
import { makeLink } from '../server/accounts/account-links.ts';
import { recordBudgetAlert } from '../server/alerts/record-budget-alert.ts';
import { brand, newId } from '../server/ids.ts';
import { Authenticator } from './authenticator.ts';
import type { FakeProvider } from './fake-provider/fake-provider.ts';
import { setUpMail } from './mail-server.ts';
import { begin, setUpSso, sharedOrganisation } from './organisation.ts';
import { addPasskey, appCode, connectApp } from './second-factors.ts';
import { makePassword, makeSecret, type Person, type TestServer } from './test-server.ts';

/** What a successful call of one operation looks like. */
interface Case {
  /**
   * The path with its parameters filled in, the body, and the workspace of the call where it is not the personal one;
   * made anew for every call. `proof`: what confirms the owner, where that is not the password. `cookie`: what the browser
   * was given by a call before.
   */
  make: (world: World) => Promise<{
    path: string;
    body?: unknown;
    workspaceId?: string;
    proof?: { totp: string };
    cookie?: string;
  }>;
}

/** Where the calls are made, and by whom. */
export interface World {
  target: TestServer;
  fake: FakeProvider;
  owner: Person;
  /** A new secret that the fake provider accepts. */
  secret: () => string;
  /** The team that `owner.api` acts in. Absent: that is the personal workspace, and who needs a team makes one. */
  workspaceId?: string;
  /** Who makes the call, where that is not the owner. */
  caller?: Person;
  /** Told of every key that is made for the call. */
  keyMade?: (id: string) => Promise<void>;
}

const plain = (path: string, body?: unknown): Case => ({
  make: async () => (body === undefined ? { path } : { path, body }),
});

async function newKey({ owner, fake, secret, keyMade }: World): Promise<string> {
  const body = { provider: 'openai', name: 'Mine', secret: secret(), baseUrl: `${fake.url}/v1` };
  const { id } = await owner.api('POST /api/keys', { body });
  await keyMade?.(id);
  return id;
}

async function trashedKey(world: World): Promise<string> {
  const id = await newKey(world);
  await world.owner.api('DELETE /api/keys/{id}', { params: { id } });
  return id;
}

async function newCustomProvider({ owner, fake }: World): Promise<string> {
  const body = { name: 'Ours', baseUrl: fake.url, dialects: ['openai-chat' as const] };
  return (await owner.api('POST /api/custom-providers', { body })).id;
}

async function newVirtualKey({ owner }: World): Promise<string> {
  const body = { name: 'Mine', keyIds: 'all' as const, budgets: [{ usd: 5, period: 'month' as const }] };
  return (await owner.api('POST /api/virtual-keys', { body })).virtualKey.id;
}

async function newAlert({ owner, target, workspaceId }: World): Promise<string> {
  const { activeWorkspaceId } = await owner.api('GET /api/me');
  await recordBudgetAlert(target.server.services, {
    workspaceId: workspaceId === undefined ? activeWorkspaceId : brand<'Workspace'>(workspaceId),
    subject: { kind: 'virtualKey', id: newId('VirtualKey'), label: 'Mine' },
    period: 'month',
    windowStartMs: 0,
    threshold: 80,
    spentNanoUsd: 8,
    limitNanoUsd: 10,
  });
  return (await owner.api('GET /api/alerts')).items[0]?.id ?? '';
}

/** A real call of the gateway. */
async function newUsageEvent(world: World): Promise<string> {
  const keyIds = [brand<'Credential'>(await newKey(world))];
  const { secret } = await world.owner.api('POST /api/virtual-keys', { body: { name: 'Caller', keyIds } });
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
  const call = { headers: { authorization: `Bearer ${secret}` }, body };
  const reply = await world.target.call('POST /v1/chat/completions', call);
  const requestId = reply.headers.get('x-akm-request-id') ?? '';
  const { items } = await world.owner.api('GET /api/usage/events', { query: { requestId } });
  return items[0]?.id ?? '';
}

const on =
  (base: string, makeObject: (world: World) => Promise<string>) =>
  (suffix: string, body?: unknown, make = makeObject): Case => ({
    make: async (world) => {
      const path = `${base}/${await make(world)}${suffix}`;
      return body === undefined ? { path } : { path, body };
    },
  });
const onKey = on('/api/keys', newKey);
const onVirtualKey = on('/api/virtual-keys', newVirtualKey);

/** A one-time link to a new key. */
async function newShareLink(world: World): Promise<{ id: string; token: string }> {
  const keyId = brand<'Credential'>(await newKey(world));
  await world.target.server.services.throttles.reset('copy', world.owner.userId);
  const { shareLink, token } = await world.owner.api('POST /api/share-links', { body: { keyId } });
  return { id: shareLink.id, token };
}

const onShareLink = (path: string): Case => ({
  make: async (world) => ({ path, body: { token: (await newShareLink(world)).token } }),
});

const onWebhook = (path: string): Case => ({
  make: async ({ owner, fake }) => {
    await owner.api('PUT /api/alerts/webhook', { body: { url: `${fake.url}/alerts` } });
    return { path };
  },
});

/** The PUBLIC_URL of the servers that passkeys are tried on. */
const ORIGIN = 'http://localhost';

const newMailbox = (): string => `${makeSecret('box')}@example.com`;

/** Disconnects the app that an earlier case may have connected. */
async function withoutApp({ api, password }: Person): Promise<void> {
  const { secondFactors } = await api('GET /api/me/security');
  if (secondFactors.totp) await api('DELETE /api/me/totp', { body: { password } });
}

/** Connects an app anew, whatever was connected before, and gives a code that stands in for it. */
async function newRecoveryCode(person: Person): Promise<string> {
  const { api } = person;
  await withoutApp(person);
  return (await connectApp({ api })).recoveryCodes[0] ?? '';
}

/** A link as it would be mailed to the owner. */
async function newLink({ owner, target }: World, purpose: 'verify_email' | 'reset_password'): Promise<string> {
  const { database } = target.server.services;
  const userId = brand<'User'>(owner.userId);
  const link = { purpose, userId, email: owner.email, createdBy: null, nowMs: Date.now() };
  return (await database.transaction((transaction) => makeLink(transaction, link))).token;
}

const ownPrice = { provider: 'openai', model: 'gpt-4o', inputUsdPerMillion: 2, outputUsdPerMillion: 8 };

/** A team workspace of the owner's. */
async function newWorkspace({ owner }: World): Promise<string> {
  return (await owner.api('POST /api/workspaces', { body: { name: 'Team' } })).id;
}

/** A call in a team workspace, about something that is made there first. */
const inTeam = (
  make: (team: { world: World; api: Client; workspaceId: string }) => Promise<{ path: string; body?: unknown }>,
): Case => ({
  make: async (world) => {
    const workspaceId = world.workspaceId ?? (await newWorkspace(world));
    return { ...(await make({ world, api: world.owner.in(workspaceId), workspaceId })), workspaceId };
  },
});

const plainInTeam = (path: string, body?: unknown): Case =>
  inTeam(async () => (body === undefined ? { path } : { path, body }));

/** Somebody who has accepted an invitation to the team. */
async function newMember({ world, api }: { world: World; api: Client }): Promise<Person> {
  const person = await world.target.newPerson();
  const { token } = await api('POST /api/invitations', { body: { role: 'member' } });
  await person.api('POST /api/invitations/accept', { body: { token } });
  return person;
}

const onMember = (suffix: string, body?: unknown): Case =>
  inTeam(async (team) => {
    const path = `/api/members/${(await newMember(team)).userId}${suffix}`;
    return body === undefined ? { path } : { path, body };
  });

/** No two groups of a team have one name. */
const groupName = (): string => makeSecret('group').slice(0, 40);

const onGroup = (makeBody?: () => unknown): Case =>
  inTeam(async ({ api }) => {
    const path = `/api/groups/${(await api('POST /api/groups', { body: { name: groupName() } })).id}`;
    return makeBody === undefined ? { path } : { path, body: makeBody() };
  });

const onServiceAccount = (suffix: string, body?: unknown): Case =>
  inTeam(async ({ api }) => {
    const { id } = await api('POST /api/service-accounts', { body: { name: 'Robot' } });
    const path = `/api/service-accounts/${id}${suffix}`;
    return body === undefined ? { path } : { path, body };
  });

/** The token of an invitation to somebody else's team. */
async function newInvitationToken({ target }: World): Promise<string> {
  const host = await target.newPerson();
  const { id } = await host.api('POST /api/workspaces', { body: { name: 'Hosts' } });
  return (await host.in(id)('POST /api/invitations', { body: { role: 'member' } })).token;
}

const onInvitation = (path: string): Case => ({
  make: async (world) => ({ path, body: { token: await newInvitationToken(world) } }),
});

/** Somebody else's account, for an administrator. */
const onUser = (suffix: string, body?: unknown): Case => ({
  make: async ({ target }) => {
    const path = `/api/admin/users/${(await target.newPerson()).userId}${suffix}`;
    return body === undefined ? { path } : { path, body };
  },
});

/** A call after the mail server is set up. */
const withMail = (path: string, makeBody?: (port: number) => unknown): Case => ({
  make: async ({ target, owner }) => {
    const { mail } = await sharedOrganisation(target);
    await target.server.services.throttles.reset('mailTest', owner.userId);
    await setUpMail(target, { mail, administrator: owner });
    return makeBody === undefined ? { path } : { path, body: makeBody(mail.port) };
  },
});

const mailSettings = (port: number) => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  username: null,
  from: 'keys@example.com',
});

/** A call after single sign-on is set up. */
async function openOrganisation({ target, owner }: World) {
  const { provider } = await sharedOrganisation(target);
  await target.server.services.throttles.reset('ssoByAddress', '127.0.0.1');
  await setUpSso(target, { provider, by: owner });
  return provider;
}

const withSso = (path: string): Case => ({
  make: async (world) => {
    await openOrganisation(world);
    return { path };
  },
});

const newEmployee = () => ({ subject: makeSecret('employee'), email: newMailbox() });

/** What somebody's browser comes back from the organisation with. */
const comeBack = (path: string, call: 'POST /api/sso/start' | 'POST /api/me/sso/link'): Case => ({
  make: async (world) => {
    const provider = await openOrganisation(world);
    const person = world.caller ?? world.owner;
    const begun = await begin(world.target, call, call === 'POST /api/sso/start' ? undefined : person);
    const query = await provider.authorize(begun.url, newEmployee());
    return { path, body: { query }, cookie: begun.cookie };
  },
});

/** A missing operation does not compile, so none can be added without a test. */
export const operationCases: Readonly<Record<OperationKey, Case>> = {
  'GET /api/health': plain('/api/health'),
  'GET /api/instance': plain('/api/instance'),
  'GET /api/overview': plain('/api/overview'),
  'POST /api/register': {
    make: async () => ({
      path: '/api/register',
      body: { email: `${makeSecret('new')}@example.com`, password: makePassword() },
    }),
  },
  'POST /api/login': {
    make: async ({ owner }) => ({ path: '/api/login', body: { email: owner.email, password: owner.password } }),
  },
  'POST /api/logout': plain('/api/logout'),
  'GET /api/me': plain('/api/me'),
  'PUT /api/me': plain('/api/me', { name: 'Ada', locale: 'zh-CN', theme: 'dark' }),
  'POST /api/me/password': {
    make: async ({ owner }) => ({
      path: '/api/me/password',
      body: { currentPassword: owner.password, newPassword: makePassword() },
    }),
  },
  'POST /api/me/confirm': {
    make: async ({ owner }) => ({ path: '/api/me/confirm', body: { password: owner.password } }),
  },
  'PUT /api/me/email': { make: async () => ({ path: '/api/me/email', body: { email: newMailbox() } }) },
  'POST /api/me/email/verify': {
    make: async ({ owner, target }) => {
      const { kysely } = target.server.services.database;
      const id = brand<'User'>(owner.userId);
      await kysely.updateTable('users').set({ email_verified_at: 1 }).where('id', '=', id).execute();
      return { path: '/api/me/email/verify' };
    },
  },
  'POST /api/email/verify': {
    make: async (world) => ({ path: '/api/email/verify', body: { token: await newLink(world, 'verify_email') } }),
  },
  'POST /api/password-reset': { make: async () => ({ path: '/api/password-reset', body: { email: newMailbox() } }) },
  'POST /api/password-reset/finish': {
    make: async (world) => ({
      path: '/api/password-reset/finish',
      body: { token: await newLink(world, 'reset_password'), newPassword: makePassword() },
    }),
  },
  'GET /api/me/security': plain('/api/me/security'),
  'GET /api/me/sign-ins': plain('/api/me/sign-ins?limit=10'),
  'POST /api/me/totp': plain('/api/me/totp'),
  'POST /api/me/totp/confirm': {
    make: async ({ owner }) => {
      const { secret } = await owner.api('POST /api/me/totp');
      return { path: '/api/me/totp/confirm', body: { code: appCode(secret) } };
    },
  },
  'DELETE /api/me/totp': {
    make: async ({ owner }) => {
      const totp = await newRecoveryCode(owner);
      return { path: '/api/me/totp', body: { password: owner.password }, proof: { totp } };
    },
  },
  'POST /api/me/recovery-codes': {
    make: async ({ owner }) => {
      const totp = await newRecoveryCode(owner);
      return { path: '/api/me/recovery-codes', proof: { totp } };
    },
  },
  'GET /api/me/passkeys': plain('/api/me/passkeys'),
  'POST /api/me/passkeys/options': plain('/api/me/passkeys/options'),
  'POST /api/me/passkeys': {
    make: async ({ owner }) => {
      const registration = new Authenticator(ORIGIN).create(await owner.api('POST /api/me/passkeys/options'));
      return { path: '/api/me/passkeys', body: { name: 'Laptop', registration } };
    },
  },
  'PUT /api/me/passkeys/{id}': {
    make: async ({ owner }) => {
      const { passkey } = await addPasskey(owner, ORIGIN);
      return { path: `/api/me/passkeys/${passkey.id}`, body: { name: 'Telephone' } };
    },
  },
  'DELETE /api/me/passkeys/{id}': {
    make: async ({ owner }) => {
      const { passkey, recoveryCodes } = await addPasskey(owner, ORIGIN);
      return { path: `/api/me/passkeys/${passkey.id}`, proof: { totp: recoveryCodes?.[0] ?? '' } };
    },
  },
  'POST /api/login/passkey/options': plain('/api/login/passkey/options'),
  'POST /api/login/passkey': {
    make: async ({ owner }) => {
      const { authenticator } = await addPasskey(owner, ORIGIN);
      const authentication = authenticator.get(await owner.api('POST /api/login/passkey/options'));
      return { path: '/api/login/passkey', body: { authentication } };
    },
  },
  'GET /api/sessions': plain('/api/sessions'),
  'DELETE /api/sessions': plain('/api/sessions'),
  'DELETE /api/sessions/{id}': {
    make: async ({ owner, target }) => {
      await target.call('POST /api/login', { body: { email: owner.email, password: owner.password } });
      const { items } = await owner.api('GET /api/sessions');
      return { path: `/api/sessions/${items.find((session) => !session.isCurrent)?.id}` };
    },
  },
  'POST /api/workspaces': plain('/api/workspaces', { name: 'Team' }),
  'GET /api/workspaces/deleted': plain('/api/workspaces/deleted'),
  'POST /api/workspaces/{id}/restore': {
    make: async (world) => {
      const id = await newWorkspace(world);
      await world.owner.in(id)('DELETE /api/workspace');
      return { path: `/api/workspaces/${id}/restore` };
    },
  },
  'POST /api/workspaces/{id}/leave': {
    make: async (world) => {
      const { workspaceId } = await world.owner.api('POST /api/invitations/accept', {
        body: { token: await newInvitationToken(world) },
      });
      return { path: `/api/workspaces/${workspaceId}/leave` };
    },
  },
  'GET /api/workspace': plain('/api/workspace'),
  'PUT /api/workspace': plainInTeam('/api/workspace', { name: 'Renamed' }),
  'PUT /api/workspace/policy': plainInTeam('/api/workspace/policy', { memberFloor: 'use', checkEveryHours: 12 }),
  'POST /api/workspace/transfer': inTeam(async (team) => ({
    path: '/api/workspace/transfer',
    body: { userId: (await newMember(team)).userId },
  })),
  'DELETE /api/workspace': plainInTeam('/api/workspace'),
  'GET /api/members': plain('/api/members?q=a&state=active&limit=10'),
  'PUT /api/members/{userId}': onMember('', { role: 'viewer' }),
  'DELETE /api/members/{userId}': onMember(''),
  'GET /api/members/{userId}/copied-keys': onMember('/copied-keys'),
  'GET /api/groups': plainInTeam('/api/groups'),
  'POST /api/groups': inTeam(async () => ({ path: '/api/groups', body: { name: groupName() } })),
  'PUT /api/groups/{id}': onGroup(() => ({ name: groupName() })),
  'DELETE /api/groups/{id}': onGroup(),
  'GET /api/invitations': plainInTeam('/api/invitations?state=open&limit=10'),
  'POST /api/invitations': plainInTeam('/api/invitations', { role: 'member' }),
  'DELETE /api/invitations/{id}': inTeam(async ({ api }) => ({
    path: `/api/invitations/${(await api('POST /api/invitations', { body: { role: 'viewer' } })).invitation.id}`,
  })),
  'POST /api/invitations/read': onInvitation('/api/invitations/read'),
  'POST /api/invitations/accept': onInvitation('/api/invitations/accept'),
  'GET /api/service-accounts': plainInTeam('/api/service-accounts?limit=10'),
  'POST /api/service-accounts': plainInTeam('/api/service-accounts', { name: 'Robot', note: 'Builds', mayCopy: true }),
  'PUT /api/service-accounts/{id}': onServiceAccount('', { state: 'disabled' }),
  'DELETE /api/service-accounts/{id}': onServiceAccount(''),
  'GET /api/service-accounts/{id}/tokens': onServiceAccount('/tokens'),
  'POST /api/service-accounts/{id}/tokens': onServiceAccount('/tokens', { name: 'First', ipAllowList: ['127.0.0.1'] }),
  'DELETE /api/service-accounts/{id}/tokens/{tokenId}': inTeam(async ({ api }) => {
    const { id } = await api('POST /api/service-accounts', { body: { name: 'Robot' } });
    const made = await api('POST /api/service-accounts/{id}/tokens', { params: { id }, body: { name: 'First' } });
    return { path: `/api/service-accounts/${id}/tokens/${made.token.id}` };
  }),

  'GET /api/keys': plain('/api/keys?q=mine&limit=10'),
  'POST /api/keys': {
    make: async ({ secret }) => ({
      path: '/api/keys',
      body: { provider: 'openai', name: 'New', secret: secret(), tags: ['a'] },
    }),
  },
  'GET /api/keys/facets': plain('/api/keys/facets'),
  'POST /api/keys/test': {
    make: async ({ fake, secret }) => ({
      path: '/api/keys/test',
      body: { provider: 'openai', secret: secret(), baseUrl: `${fake.url}/v1` },
    }),
  },
  'GET /api/keys/{id}': onKey(''),
  'PUT /api/keys/{id}': onKey('', { name: 'Renamed' }),
  'DELETE /api/keys/{id}': onKey(''),
  'POST /api/keys/{id}/restore': onKey('/restore', undefined, trashedKey),
  'POST /api/keys/{id}/purge': onKey('/purge', undefined, trashedKey),
  'POST /api/keys/{id}/copy': onKey('/copy'),
  'GET /api/keys/{id}/versions': onKey('/versions'),
  'POST /api/keys/{id}/versions/{version}/restore': onKey('/versions/1/restore', undefined, async (world) => {
    const id = await newKey(world);
    await world.owner.api('PUT /api/keys/{id}', { params: { id }, body: { secret: world.secret() } });
    return id;
  }),
  'GET /api/keys/{id}/events': onKey('/events'),
  'POST /api/keys/{id}/models': onKey('/models'),
  'GET /api/keys/{id}/grants': onKey('/grants'),
  'PUT /api/keys/{id}/grants': inTeam(async ({ world, api }) => ({
    path: `/api/keys/${await newKey({ ...world, owner: { ...world.owner, api } })}/grants`,
    body: { subject: { kind: 'everyone' }, level: 'use' },
  })),
  'POST /api/keys/{id}/move': {
    make: async (world) => ({
      path: `/api/keys/${await newKey(world)}/move`,
      body: { workspaceId: await newWorkspace({ ...world, owner: world.caller ?? world.owner }) },
    }),
  },
  'GET /api/keys/providers': plain('/api/keys/providers'),
  'GET /api/custom-providers': plain('/api/custom-providers'),
  'POST /api/custom-providers': plain('/api/custom-providers', {
    name: 'Ours',
    baseUrl: 'https://llm.example.com/v1',
    dialects: ['openai-chat'],
  }),
  'PUT /api/custom-providers/{id}': {
    make: async (world) => ({ path: `/api/custom-providers/${await newCustomProvider(world)}`, body: { name: 'B' } }),
  },
  'DELETE /api/custom-providers/{id}': {
    make: async (world) => ({ path: `/api/custom-providers/${await newCustomProvider(world)}` }),
  },
  'GET /api/models': plain('/api/models?q=claude&category=chat&limit=5'),

  'GET /api/virtual-keys': plain('/api/virtual-keys?q=mine&state=active&limit=10'),
  'POST /api/virtual-keys': {
    make: async (world) => ({
      path: '/api/virtual-keys',
      body: { name: 'New', keyIds: [await newKey(world)], models: ['gpt-4o'], rpm: 60, tags: ['a'] },
    }),
  },
  'GET /api/share-links': plain('/api/share-links?limit=10'),
  'POST /api/share-links': {
    make: async (world) => ({ path: '/api/share-links', body: { keyId: await newKey(world), passphrase: 'kiwi' } }),
  },
  'DELETE /api/share-links/{id}': {
    make: async (world) => ({ path: `/api/share-links/${(await newShareLink(world)).id}` }),
  },
  'POST /api/shared/read': onShareLink('/api/shared/read'),
  'POST /api/shared/open': onShareLink('/api/shared/open'),

  'GET /api/notifications': plain('/api/notifications?unread=true&limit=10'),
  'POST /api/notifications/read': plain('/api/notifications/read', { all: true }),
  'GET /api/notifications/choices': plain('/api/notifications/choices'),
  'PUT /api/notifications/choices': plain('/api/notifications/choices', {
    items: [{ kind: 'key_invalid', byMail: false }],
  }),

  'GET /api/virtual-keys/{id}': onVirtualKey(''),
  'PUT /api/virtual-keys/{id}': onVirtualKey('', { name: 'Renamed' }),
  'DELETE /api/virtual-keys/{id}': onVirtualKey(''),
  'POST /api/virtual-keys/{id}/rotate': onVirtualKey('/rotate', { graceSeconds: 60 }),
  'POST /api/virtual-keys/{id}/top-up': onVirtualKey('/top-up', { period: 'month', usd: 1 }),
  'POST /api/playground/key': plain('/api/playground/key', { keyIds: 'all' }),
  'GET /api/alerts': plain('/api/alerts'),
  'POST /api/alerts/{id}/dismiss': {
    make: async (world) => ({ path: `/api/alerts/${await newAlert(world)}/dismiss` }),
  },
  'PUT /api/alerts/webhook': {
    make: async ({ fake }) => ({ path: '/api/alerts/webhook', body: { url: `${fake.url}/alerts` } }),
  },
  'GET /api/alerts/webhook': onWebhook('/api/alerts/webhook'),
  'DELETE /api/alerts/webhook': onWebhook('/api/alerts/webhook'),
  'POST /api/alerts/webhook/test': onWebhook('/api/alerts/webhook/test'),

  'GET /api/prices': plain('/api/prices'),
  'PUT /api/prices': plain('/api/prices', ownPrice),
  'DELETE /api/prices': {
    make: async ({ owner }) => {
      await owner.api('PUT /api/prices', { body: ownPrice });
      return { path: '/api/prices?provider=openai&model=gpt-4o' };
    },
  },
  'GET /api/model-aliases': plain('/api/model-aliases'),
  'PUT /api/model-aliases': plain('/api/model-aliases', { items: [{ alias: 'fast', model: 'gpt-4o-mini' }] }),

  'GET /api/audit-events': plain('/api/audit-events?action=key.&limit=10'),
  'GET /api/audit-events/export': plain('/api/audit-events/export'),
  'POST /api/audit-events/verify': plain('/api/audit-events/verify'),
  'GET /api/audit-events/settings': plain('/api/audit-events/settings'),
  'PUT /api/audit-events/settings': plain('/api/audit-events/settings', { keepDays: 365 }),
  'GET /api/instance/audit-events': plain('/api/instance/audit-events'),
  'POST /api/instance/audit-events/verify': plain('/api/instance/audit-events/verify'),
  'GET /api/admin/settings/audit': plain('/api/admin/settings/audit'),
  'PUT /api/admin/settings/audit': plain('/api/admin/settings/audit', { keepDays: 365 }),

  'GET /api/admin/users': plain('/api/admin/users?q=a&state=active&limit=10'),
  'PUT /api/admin/users/{userId}': onUser('', { state: 'disabled' }),
  'POST /api/admin/users/{userId}/reset': onUser('/reset'),
  'DELETE /api/admin/users/{userId}/second-factors': onUser('/second-factors'),
  'POST /api/admin/users/{userId}/sign-out': onUser('/sign-out'),
  'DELETE /api/admin/users/{userId}': onUser(''),
  'GET /api/admin/settings/mail': withMail('/api/admin/settings/mail'),
  'PUT /api/admin/settings/mail': withMail('/api/admin/settings/mail', mailSettings),
  'DELETE /api/admin/settings/mail': withMail('/api/admin/settings/mail'),
  'POST /api/admin/settings/mail/test': withMail('/api/admin/settings/mail/test', () => ({ to: newMailbox() })),
  'GET /api/admin/settings/sso': withSso('/api/admin/settings/sso'),
  'PUT /api/admin/settings/sso': {
    make: async (world) => {
      const { issuer, clientId, clientSecret: secret } = await openOrganisation(world);
      const rules = { createsAccounts: true, domains: [], trustsProviderMfa: false };
      return { path: '/api/admin/settings/sso', body: { issuer, clientId, secret, name: 'Acme', ...rules } };
    },
  },
  'DELETE /api/admin/settings/sso': withSso('/api/admin/settings/sso'),
  'GET /api/admin/settings/sign-up': plain('/api/admin/settings/sign-up'),
  'PUT /api/admin/settings/sign-up': plain('/api/admin/settings/sign-up', { mode: 'open' }),
  'GET /api/admin/settings/branding': plain('/api/admin/settings/branding'),
  'PUT /api/admin/settings/branding': plain('/api/admin/settings/branding', { name: 'Acme keys', signInNote: 'Hello' }),
  'GET /api/admin/settings/terms': plain('/api/admin/settings/terms'),
  'PUT /api/admin/settings/terms': plain('/api/admin/settings/terms', { en: 'Be kind.', 'zh-CN': null }),
  'GET /api/terms': plain('/api/terms'),
  'GET /api/admin/system': plain('/api/admin/system'),
  'GET /api/admin/usage': plain('/api/admin/usage?from=2026-01-01T00:00:00Z'),

  'POST /api/sso/start': withSso('/api/sso/start'),
  'POST /api/sso/finish': comeBack('/api/sso/finish', 'POST /api/sso/start'),
  'POST /api/sso/second-factor': {
    make: async (world) => {
      const { target, caller, owner } = world;
      const person = caller ?? owner;
      const provider = await openOrganisation(world);
      const employee = newEmployee();
      const link = await begin(target, 'POST /api/me/sso/link', person);
      const linked = { query: await provider.authorize(link.url, employee) };
      await target.call('POST /api/me/sso/finish', { token: person.token, cookie: link.cookie, body: linked });
      const [totp = ''] = (await connectApp(person)).recoveryCodes;
      const begun = await begin(target, 'POST /api/sso/start');
      const query = await provider.authorize(begun.url, employee);
      await target.call('POST /api/sso/finish', { cookie: begun.cookie, body: { query } });
      return { path: '/api/sso/second-factor', body: { totp }, cookie: begun.cookie };
    },
  },
  'POST /api/me/sso/link': withSso('/api/me/sso/link'),
  'POST /api/me/sso/confirm': {
    make: async (world) => {
      await openOrganisation(world);
      await withoutApp(world.caller ?? world.owner);
      return { path: '/api/me/sso/confirm' };
    },
  },
  'POST /api/me/sso/finish': comeBack('/api/me/sso/finish', 'POST /api/me/sso/link'),
  'GET /api/me/identities': plain('/api/me/identities'),
  'DELETE /api/me/identities': {
    make: async (world) => {
      const { target, caller, owner } = world;
      const provider = await openOrganisation(world);
      const employee = newEmployee();
      const { token } = caller ?? owner;
      const begun = await begin(target, 'POST /api/me/sso/link', caller ?? owner);
      const query = await provider.authorize(begun.url, employee);
      await target.call('POST /api/me/sso/finish', { token, cookie: begun.cookie, body: { query } });
      const which = new URLSearchParams({ issuer: provider.issuer, subject: employee.subject });
      return { path: `/api/me/identities?${which}` };
    },
  },

  'GET /api/usage/summary': plain('/api/usage/summary?groupBy=model'),
  'GET /api/usage/series': plain('/api/usage/series?interval=hour&groupBy=provider&timeZone=Asia/Shanghai'),
  'GET /api/usage/events': plain('/api/usage/events?outcome=failed&limit=10'),
  'GET /api/usage/events/{id}': on('/api/usage/events', newUsageEvent)(''),
  'GET /api/usage/export': plain('/api/usage/export'),
  'GET /api/usage/status': plain('/api/usage/status'),
};
