import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { purgePlaygroundKeys } from './playground-key.ts';
import { hashVirtualKey, isWellFormed } from './virtual-key-secret.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(testEngines())('keys of the playground on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());
  afterEach(() => {
    vi.useRealTimers();
  });

  const call = (request: string, body?: unknown) =>
    target.call(request, { token: person.token, ...(body === undefined ? {} : { body }) });
  const make = async (keyIds: unknown = 'all') => (await call('POST /api/playground/key', { keyIds })).json;
  const rows = () =>
    target.server.services.database.kysely
      .selectFrom('virtual_keys')
      .selectAll()
      .where('owner_id', '=', brand<'User'>(person.userId))
      .where('kind', '=', 'playground')
      .orderBy('id')
      .execute();

  it('live an hour, belong to who asked, and are in no list', async () => {
    const body = { provider: 'openai' as const, name: 'Upstream', secret: makeSecret() };
    const { id: keyId } = await person.api('POST /api/keys', { body });
    const made = await make([keyId]);
    expect(isWellFormed(made.secret)).toBe(true);
    const leftMs = Date.parse(made.expiresAt) - Date.now();
    expect(leftMs).toBeGreaterThan(HOUR_MS - 60_000);
    expect(leftMs).toBeLessThanOrEqual(HOUR_MS);
    const read = (await call(`GET /api/virtual-keys/${made.virtualKeyId}`)).json;
    expect(read).toMatchObject({ state: 'active', keyIds: [keyId], expiresAt: made.expiresAt });
    expect(read.owner.id).toBe(person.userId);
    expect((await call('GET /api/virtual-keys')).json.items).toEqual([]);
    const row = (await rows()).find(({ id }) => id === made.virtualKeyId);
    expect(row?.secret_hash).toBe(hashVirtualKey(made.secret));
  });

  it('cannot be kept alive: they are revoked or end, and nothing else changes them', async () => {
    const { virtualKeyId } = await make();
    for (const [request, body] of [
      [`PUT /api/virtual-keys/${virtualKeyId}`, { expiresAt: null }],
      [`POST /api/virtual-keys/${virtualKeyId}/rotate`, { graceSeconds: 0 }],
      [`POST /api/virtual-keys/${virtualKeyId}/top-up`, { period: 'day', usd: 1 }],
    ] as const) {
      expect((await call(request, body)).json).toMatchObject({ error: { code: 'not_found' } });
    }
    expect((await call(`DELETE /api/virtual-keys/${virtualKeyId}`)).status).toBe(204);
    expect((await call(`GET /api/virtual-keys/${virtualKeyId}`)).json.state).toBe('revoked');
  });

  it('are twenty at a time: the oldest make room, and the trail says why', async () => {
    person = await target.newPerson();
    const made: string[] = [];
    for (let count = 0; count < 22; count += 1) made.push((await make()).virtualKeyId);
    const live = (await rows()).filter((row) => row.revoked_at === null).map(({ id }) => id);
    const revoked = (await rows()).filter((row) => row.revoked_at !== null).map(({ id }) => id);
    expect(live).toHaveLength(20);
    expect(live).toContain(made.at(-1));
    expect(revoked).toHaveLength(2);
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .select(['action', 'target_id', 'reason', 'details'])
      .where('actor_id', '=', person.userId)
      .where('action', 'like', 'virtual_key.%')
      .execute();
    expect(events.filter(({ action }) => action === 'virtual_key.created')).toHaveLength(22);
    expect(events.find(({ action }) => action === 'virtual_key.created')?.details).toBe('{"kind":"playground"}');
    const ended = events.filter(({ action }) => action === 'virtual_key.revoked');
    expect(new Set(ended.map(({ target_id }) => target_id))).toEqual(new Set(revoked));
    expect(ended[0]?.reason).toContain('newer');
  });

  it('are deleted a month after their end, and no other virtual key is', async () => {
    person = await target.newPerson();
    const { services } = target.server;
    const { virtualKeyId } = await make();
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const body = { name: 'Standard', keyIds: 'all' as const, expiresAt };
    const { virtualKey } = await person.api('POST /api/virtual-keys', { body });
    await purgePlaygroundKeys(services, Date.now() + 30 * DAY_MS);
    expect((await rows()).map(({ id }) => id)).toEqual([virtualKeyId]);
    await purgePlaygroundKeys(services, Date.now() + 31 * DAY_MS);
    expect(await rows()).toEqual([]);
    expect((await call(`GET /api/virtual-keys/${virtualKey.id}`)).status).toBe(200);
  });
});
