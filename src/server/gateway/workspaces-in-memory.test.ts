import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkspaceId } from '../../contract/ids.ts';
import { startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { askServer, type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { testEngines } from '../../testing/test-database.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { hashVirtualKey } from '../virtual-keys/virtual-key-secret.ts';
import { loadWorkspaces, type WorkspaceChange } from './workspaces-in-memory.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] };
const HOUR_MS = 3_600_000;

describe.each(testEngines())('workspaces in memory on $engine', (engine) => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let keyId: string;
  let workspaceId: WorkspaceId;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    test.fake.reset();
    tenant = await newTenant(test);
    keyId = await tenant.addKey('openai');
    workspaceId = brand<'Workspace'>((await tenant.person.api('GET /api/me')).activeWorkspaceId);
  });
  afterEach(() => void vi.restoreAllMocks());
  afterAll(() => test.dispose());

  const services = () => test.target.server.services;
  const database = () => services().database.kysely;
  const announce = () => services().changes.announce(workspaceId);
  const codeOf = async (secret: string) => (await test.ask(path, { secret, body: chat })).json?.error?.code ?? null;
  const passMs = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
  /** The same database in a memory of its own, with what it is told. */
  const load = async () => {
    const changes: WorkspaceChange[] = [];
    const { database: own, vault } = services();
    const onChange = (change: WorkspaceChange): void => void changes.push(change);
    const workspaces = await loadWorkspaces({ database: own, vault, onChange, onUnreadable: () => undefined });
    changes.splice(0);
    return { workspaces, changes, find: (secret: string) => workspaces.findVirtualKey(hashVirtualKey(secret), 0) };
  };

  it('make anew only what changed: one virtual key, or those that reach a changed key', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => tenant.issue()));
    const other = await tenant.addKey('openai');
    const named = await tenant.issue({ keyIds: [other] });
    const { workspaces, changes } = await load();
    const changed = () => changes.splice(0).map(({ virtualKeys }) => virtualKeys.map(({ id }) => id).toSorted());
    await workspaces.reload(workspaceId);
    expect(changed()).toEqual([[]]);
    const { id } = named.virtualKey;
    await tenant.person.api('PUT /api/virtual-keys/{id}', { params: { id }, body: { models: ['gpt-5'] } });
    await workspaces.reload(workspaceId);
    expect(changed()).toEqual([[id]]);
    await tenant.person.api('PUT /api/keys/{id}', { params: { id: keyId }, body: { name: 'Renamed' } });
    await workspaces.reload(workspaceId);
    expect(changed()).toEqual([all.map(({ virtualKey }) => virtualKey.id).toSorted()]);
    await tenant.person.api('DELETE /api/virtual-keys/{id}', { params: { id } });
    await workspaces.reload(workspaceId);
    expect(changes).toMatchObject([{ virtualKeys: [], credentials: [], goneVirtualKeys: [id], goneCredentials: [] }]);
  });

  it('are whole where there are more rows than one statement gives', async () => {
    const { virtualKey } = await tenant.issue({ keyIds: [keyId] });
    const row = await database()
      .selectFrom('virtual_keys')
      .selectAll()
      .where('id', '=', brand<'VirtualKey'>(virtualKey.id))
      .executeTakeFirstOrThrow();
    const copies = Array.from({ length: 450 }, (_, index) => ({
      ...row,
      id: brand<'VirtualKey'>(`${row.id.slice(0, -4)}${String(index).padStart(4, '0')}`),
      secret_hash: `hash ${virtualKey.id} ${index}`,
      // Many of one moment, so that parts end between equals.
      created_at: row.created_at + Math.floor(index / 300),
    }));
    await database().insertInto('virtual_keys').values(copies.slice(0, 225)).execute();
    await database().insertInto('virtual_keys').values(copies.slice(225)).execute();
    const pool = { workspace_id: workspaceId, credential_id: brand<'Credential'>(keyId), priority: 1, weight: 1 };
    await database()
      .insertInto('virtual_key_credentials')
      .values(copies.map(({ id }) => ({ ...pool, virtual_key_id: id })))
      .execute();
    const { workspaces } = await load();
    const entries = workspaces.workspace(workspaceId)?.virtualKeys ?? [];
    expect(new Set(entries.map(({ id }) => id)).size).toBe(451);
    expect(entries).toHaveLength(451);
    for (const { pool: members } of entries) expect(members).toHaveLength(1);
    for (const { id, secret_hash } of copies) expect(workspaces.findVirtualKey(secret_hash, 0)?.id).toBe(id);
  });

  it('share a reload: a thousand changes in a row are read twice or so', async () => {
    await tenant.issue();
    const reads = vi.spyOn(services().database.kysely, 'selectFrom');
    await Promise.all(Array.from({ length: 1000 }, announce));
    expect(reads.mock.calls.filter(([table]) => table === 'virtual_keys').length).toBeLessThanOrEqual(2);
  });

  it('hold no playground key that ended an hour ago, and no key that expired a week ago', async () => {
    const playground = await tenant.person.api('POST /api/playground/key', { body: { keyIds: [keyId] } });
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const { secret, virtualKey } = await tenant.issue({ expiresAt });
    const known = async () => {
      const { workspaces, find } = await load();
      const ids = (workspaces.workspace(workspaceId)?.virtualKeys ?? []).map(({ id }): string => id);
      return [playground.secret, secret].map((one) => find(one) !== undefined && ids.includes(find(one)?.id ?? ''));
    };
    passMs(1.9 * HOUR_MS);
    expect(await known(), 'calls that run may still need it').toEqual([true, true]);
    expect([await codeOf(playground.secret), await codeOf(secret)]).toEqual([
      'virtual_key_expired',
      'virtual_key_expired',
    ]);
    vi.restoreAllMocks();
    passMs(2.1 * HOUR_MS);
    expect(await known()).toEqual([false, true]);
    vi.restoreAllMocks();
    passMs(170 * HOUR_MS);
    expect(await known()).toEqual([false, false]);
    await announce();
    expect(await codeOf(secret)).toBe('virtual_key_unknown');
    expect(virtualKey.expiresAt).toBe(expiresAt);
  });

  it('say themselves when something ended long ago, and drop it with the next reload', async () => {
    const { secret, virtualKey } = await tenant.issue();
    const rotated = await tenant.person.api('POST /api/virtual-keys/{id}/rotate', {
      params: { id: virtualKey.id },
      body: { graceSeconds: 60 },
    });
    const { workspaces, find } = await load();
    passMs(HOUR_MS);
    expect(workspaces.outdated(Date.now())).not.toContain(workspaceId);
    expect(find(secret), 'a call that began with it may still run').toBeDefined();
    vi.restoreAllMocks();
    passMs(HOUR_MS + 61_000);
    expect(workspaces.outdated(Date.now())).toContain(workspaceId);
    await workspaces.reload(workspaceId);
    expect([find(secret), find(rotated.secret)?.id]).toEqual([undefined, virtualKey.id]);
    expect(workspaces.outdated(Date.now())).not.toContain(workspaceId);
  });

  it('know no virtual key whose owner may use nothing any more, from the next reload on', async () => {
    const { secret } = await tenant.issue();
    expect(await codeOf(secret)).toBeNull();
    const setRole = (role: 'viewer' | 'owner') =>
      database()
        .updateTable('members')
        .set({ role })
        .where('user_id', '=', brand<'User'>(tenant.person.userId))
        .execute();
    await setRole('viewer');
    await announce();
    const { length } = test.fake.requests;
    expect(await codeOf(secret)).toBe('virtual_key_unknown');
    await setRole('owner');
    await announce();
    expect(test.fake.requests).toHaveLength(length);
    expect(await codeOf(secret)).toBeNull();
  });

  it.each([
    ['models', '{"secret-content'],
    ['budgets', '[{"period":"secret-content"}]'],
    ['budgets', '[{"period":"day","nanoUsd":1,"timeZone":"secret-content","topUp":null}]'],
    ['budgets', '[{"period":"day","nanoUsd":-1,"timeZone":"UTC","topUp":null}]'],
    ['ip_allow_list', '["secret-content"]'],
  ] as const)('leave out a virtual key whose %s cannot be read, %s, and serve the others', async (column, damage) => {
    const [broken, other] = [await tenant.issue(), await tenant.issue()];
    const { id } = broken.virtualKey;
    const logged = test.target.logs.length;
    const set = (value: string) =>
      database()
        .updateTable('virtual_keys')
        .set({ [column]: value })
        .where('id', '=', brand<'VirtualKey'>(id))
        .execute();
    await set(damage);
    await announce();
    await announce();
    expect([await codeOf(broken.secret), await codeOf(other.secret)]).toEqual(['virtual_key_unknown', null]);
    const lines = test.target.logs.slice(logged).filter((line) => line.includes(id) && line.includes('cannot be read'));
    expect(lines).toHaveLength(1);
    expect(test.target.logs.slice(logged).join('')).not.toContain('secret-content');
    await set(
      column === 'budgets'
        ? '[]'
        : '["gpt-4o", "127.0.0.1"]'.replace(column === 'models' ? ', "127.0.0.1"' : '"gpt-4o", ', ''),
    );
    await announce();
    expect(await codeOf(broken.secret)).toBeNull();
  });

  it('leave out a key whose addresses cannot be read, and serve with the others', async () => {
    const broken = await tenant.addKey('openai');
    const [all, only] = [await tenant.issue(), await tenant.issue({ keyIds: [broken] })];
    await database()
      .updateTable('credential_versions')
      .set({ origins: '["secret-content' })
      .where('credential_id', '=', brand<'Credential'>(broken))
      .execute();
    await announce();
    expect([await codeOf(all.secret), await codeOf(only.secret)]).toEqual([null, 'no_key_available']);
    expect(test.target.logs.some((line) => line.includes(broken) && line.includes('cannot be read'))).toBe(true);
    expect(test.target.logs.join('')).not.toContain('secret-content');
  });
});

describe.each(testEngines())('a start with damaged rows on $engine', (engine) => {
  it('serves everybody whom they do not concern', async () => {
    const place = await engine.open();
    await place.database.close();
    const environment = {
      DATA_DIR: place.dataDirectory,
      ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
    };
    const [sqlite] = testEngines();
    if (sqlite === undefined) throw new Error('there is always SQLite');
    const fake = await startFakeProvider();
    const first = await startTestServer(sqlite, environment);
    const tenants = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const tenant = await newTenant({ target: first, fake });
        await tenant.addKey('openai');
        const workspaceId = brand<'Workspace'>((await tenant.person.api('GET /api/me')).activeWorkspaceId);
        return { workspaceId, ...(await tenant.issue()), other: await tenant.issue() };
      }),
    );
    const [sound, damaged, withoutDataKey] = tenants;
    if (sound === undefined || damaged === undefined || withoutDataKey === undefined) throw new Error('three tenants');
    const { kysely } = first.server.services.database;
    await kysely
      .updateTable('virtual_keys')
      .set({ models: '{' })
      .where('id', '=', brand<'VirtualKey'>(damaged.virtualKey.id))
      .execute();
    await kysely.deleteFrom('data_keys').where('workspace_id', '=', withoutDataKey.workspaceId).execute();
    await first.server.close();
    const second = await startTestServer(sqlite, environment);
    const codeOf = async (secret: string) =>
      (await askServer(second.url, path, { secret, body: chat })).json?.error?.code ?? null;
    expect(await Promise.all(tenants.flatMap(({ secret, other }) => [codeOf(secret), codeOf(other.secret)]))).toEqual([
      null,
      null,
      'virtual_key_unknown',
      null,
      'no_key_available',
      'no_key_available',
    ]);
    await second.server.close();
    await fake.close();
    await place.dispose();
  });
});
