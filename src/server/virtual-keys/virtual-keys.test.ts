import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';
import { hashVirtualKey, isWellFormed } from './virtual-key-secret.ts';

const HOUR_MS = 3_600_000;

describe.each(testEngines())('virtual keys on $engine', (engine) => {
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

  const newKey = async (by = person): Promise<string> =>
    (await by.api('POST /api/keys', { body: { provider: 'openai', name: 'Upstream', secret: makeSecret() } })).id;
  const post = (body: unknown) => target.call('POST /api/virtual-keys', { token: person.token, body });
  const put = (id: string, body: unknown) => target.call(`PUT /api/virtual-keys/${id}`, { token: person.token, body });
  const create = async (body: object = {}) => (await post({ name: 'CI', keyIds: 'all', ...body })).json.virtualKey;
  const list = async (query = ''): Promise<string[]> => {
    const reply = await target.call(`GET /api/virtual-keys${query}`, { token: person.token });
    return reply.json.items.map((item: { id: string }) => item.id);
  };
  const rowOf = (id: string) =>
    target.server.services.database.kysely
      .selectFrom('virtual_keys')
      .selectAll()
      .where('id', '=', brand<'VirtualKey'>(id))
      .executeTakeFirstOrThrow();

  it('keep every setting that was given, and give their secret once', async () => {
    const [first, second] = [await newKey(), await newKey()];
    const reply = await post({
      name: '  Team CI 团队 ',
      keyIds: [first, second, first],
      pool: [
        { keyId: second, priority: 1, weight: 3 },
        { keyId: first, priority: 2, weight: 1 },
      ],
      models: ['gpt-4o', 'openai/*', 'gpt-4o'],
      budgets: [
        { usd: 1.5, period: 'day', timeZone: 'Asia/Shanghai' },
        { usd: 0.000000001, period: 'total' },
      ],
      rpm: 60,
      tpm: 100_000,
      maxConcurrent: 5,
      ipAllowList: ['203.0.113.9', '10.1.2.3/8', '2001:DB8:0::1', '::ffff:203.0.113.9'],
      expiresAt: '2099-01-01T08:00:00+08:00',
      tags: ['ci', '团队', 'ci'],
      note: 'line one\nline two',
      blockUnpriced: true,
      onDisconnect: 'abort',
    });
    expect(reply.status).toBe(201);
    const { virtualKey, secret } = reply.json;
    expect(isWellFormed(secret)).toBe(true);
    expect(virtualKey).toEqual({
      id: expect.stringMatching(/^vk_[0-9a-z]{26}$/),
      name: 'Team CI 团队',
      preview: `${secret.slice(0, 10)}...${secret.slice(-4)}`,
      state: 'active',
      keyIds: [second, first],
      pool: [
        { keyId: second, priority: 1, weight: 3 },
        { keyId: first, priority: 2, weight: 1 },
      ],
      models: ['gpt-4o', 'openai/*'],
      budgets: [
        {
          period: 'day',
          usd: 1.5,
          timeZone: 'Asia/Shanghai',
          topUpUsd: 0,
          spentUsd: '0.000000000',
          heldUsd: '0.000000000',
          startsAt: expect.any(String),
          resetsAt: expect.any(String),
        },
        expect.objectContaining({ period: 'total', usd: 0.000000001, timeZone: 'UTC', resetsAt: null }),
      ],
      rpm: 60,
      tpm: 100_000,
      maxConcurrent: 5,
      runningCalls: 0,
      ipAllowList: ['203.0.113.9', '10.0.0.0/8', '2001:db8::1'],
      expiresAt: '2099-01-01T00:00:00.000Z',
      tags: ['ci', '团队'],
      note: 'line one\nline two',
      blockUnpriced: true,
      onDisconnect: 'abort',
      owner: { id: person.userId, label: person.email },
      createdAt: expect.any(String),
      updatedAt: virtualKey.createdAt,
      lastUsedAt: null,
      revokedAt: null,
      previousSecretUntil: null,
    });
    const read = await target.call(`GET /api/virtual-keys/${virtualKey.id}`, { token: person.token });
    expect(read.json).toEqual(virtualKey);
    expect((await rowOf(virtualKey.id)).secret_hash).toBe(hashVirtualKey(secret));
  });

  it('need no more than a name and keys', async () => {
    const virtualKey = await create();
    expect(virtualKey).toMatchObject({ keyIds: 'all', pool: [], models: null, budgets: [], rpm: null, tpm: null });
    expect(virtualKey).toMatchObject({ maxConcurrent: null, ipAllowList: null, expiresAt: null, tags: [], note: '' });
    expect(virtualKey).toMatchObject({ blockUnpriced: false, onDisconnect: 'drain', state: 'active' });
  });

  it('begin their budgets where the calendar of their time zone does', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2099-03-31T17:30:00Z') });
    const { json } = await target.call('POST /api/login', { body: { email: person.email, password: person.password } });
    const body = {
      name: 'Windows',
      keyIds: 'all',
      budgets: [
        { usd: 1, period: 'day', timeZone: 'Asia/Shanghai' },
        { usd: 1, period: 'month', timeZone: 'Asia/Shanghai' },
        { usd: 1, period: 'hour' },
      ],
    };
    const reply = await target.call('POST /api/virtual-keys', { token: json.access_token, body });
    const windows = reply.json.virtualKey.budgets.map((budget: { startsAt: string; resetsAt: string }) => [
      budget.startsAt,
      budget.resetsAt,
    ]);
    expect(windows).toEqual([
      ['2099-03-31T16:00:00.000Z', '2099-04-01T16:00:00.000Z'],
      ['2099-03-31T16:00:00.000Z', '2099-04-30T16:00:00.000Z'],
      ['2099-03-31T17:00:00.000Z', '2099-03-31T18:00:00.000Z'],
    ]);
  });

  it.each([
    ['a time zone nobody has', { budgets: [{ usd: 1, period: 'day', timeZone: 'Mars/Olympus' }] }, 'time_zone_unknown'],
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'invalid_input'],
    ['two budgets for one period', { budgets: [1, 2].map((usd) => ({ usd, period: 'day' })) }, 'invalid_input'],
    ['a budget of nothing', { budgets: [{ usd: 0, period: 'day' }] }, 'invalid_input'],
    ['a negative limit', { rpm: -1 }, 'invalid_input'],
    ['a network that is none', { ipAllowList: ['10.0.0.0/33'] }, 'invalid_input'],
    ['a host name as an address', { ipAllowList: ['example.com'] }, 'invalid_input'],
    ['a budget field nobody knows', { budget: 5 }, 'invalid_input'],
    ['no keys', { keyIds: [] }, 'invalid_input'],
    ['a key nobody has', { keyIds: [newId('Credential')] }, 'unknown_key'],
    ['a pool beside `all`', { pool: [{ keyId: newId('Credential'), priority: 1, weight: 1 }] }, 'invalid_input'],
  ])('are refused with %s, when made and when changed', async (_name, fields, code) => {
    const { id } = await create();
    const made = await post({ name: 'Bad', keyIds: 'all', ...fields });
    const changed = await put(id, fields);
    expect(made.json).toMatchObject({ error: { code } });
    expect(changed.json).toMatchObject({ error: { code } });
    const read = await target.call(`GET /api/virtual-keys/${id}`, { token: person.token });
    expect(read.json.updatedAt).toBe(read.json.createdAt);
  });

  it('take only keys that are alive in this workspace', async () => {
    const [mine, trashed] = [await newKey(), await newKey()];
    const foreign = await newKey(await target.newPerson());
    await person.api('DELETE /api/keys/{id}', { params: { id: brand<'Credential'>(trashed) } });
    for (const wrong of [foreign, trashed, newId('Credential')]) {
      const reply = await post({ name: 'Bad', keyIds: [mine, wrong] });
      expect(reply.json).toMatchObject({ error: { code: 'unknown_key' } });
      expect(reply.text).toContain(wrong);
      expect(reply.text).not.toContain(mine);
    }
  });

  it('have a pool that names the keys of keyIds, each once', async () => {
    const [first, second] = [await newKey(), await newKey()];
    const entry = (keyId: string) => ({ keyId, priority: 1, weight: 1 });
    for (const pool of [[first], [first, second, second], [first, first], [second, first, newId('Credential')]]) {
      const reply = await post({ name: 'Bad', keyIds: [first, second], pool: pool.map(entry) });
      expect(reply.json).toMatchObject({ error: { code: 'invalid_input', details: [{ path: 'pool' }] } });
    }
    const { id, pool } = await create({ keyIds: [first] });
    expect(pool).toEqual([{ keyId: first, priority: 1, weight: 1 }]);
    const reply = await put(id, { pool: [entry(second)] });
    expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
  });

  it('keep everything that a change does not name', async () => {
    const [first, second] = [await newKey(), await newKey()];
    const before = await create({
      keyIds: [first],
      pool: [{ keyId: first, priority: 7, weight: 9 }],
      rpm: 5,
      models: ['a'],
      note: 'kept',
      expiresAt: '2099-01-01T00:00:00Z',
    });
    const renamed = (await put(before.id, { name: 'Renamed' })).json;
    expect(renamed).toEqual({ ...before, name: 'Renamed', updatedAt: renamed.updatedAt });
    const widened = (await put(before.id, { keyIds: [second, first] })).json;
    expect(widened.pool).toEqual([
      { keyId: second, priority: 1, weight: 1 },
      { keyId: first, priority: 7, weight: 9 },
    ]);
    const weighed = (
      await put(before.id, { pool: [first, second].map((keyId) => ({ keyId, priority: 2, weight: 2 })) })
    ).json;
    expect(new Set(weighed.keyIds)).toEqual(new Set([first, second]));
    expect(weighed.pool.map((entry: { weight: number }) => entry.weight)).toEqual([2, 2]);
    const opened = (await put(before.id, { keyIds: 'all', rpm: null, models: null, expiresAt: null })).json;
    expect(opened).toMatchObject({ keyIds: 'all', pool: [], rpm: null, models: null, expiresAt: null, note: 'kept' });
  });

  it('expire by the clock, come back when extended, and end for good when revoked', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const { id } = await create({ expiresAt });
    expect(await list('?state=active')).toContain(id);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS + 1000 });
    const { json } = await target.call('POST /api/login', { body: { email: person.email, password: person.password } });
    const token = json.access_token;
    const call = (request: string, body?: unknown) => target.call(request, { token, ...(body ? { body } : {}) });
    const ids = async (state: string) =>
      (await call(`GET /api/virtual-keys?state=${state}`)).json.items.map((item: { id: string }) => item.id);
    expect((await call(`GET /api/virtual-keys/${id}`)).json.state).toBe('expired');
    expect(await ids('expired')).toContain(id);
    expect(await ids('active')).not.toContain(id);
    const later = new Date(Date.now() + HOUR_MS).toISOString();
    expect((await call(`PUT /api/virtual-keys/${id}`, { expiresAt: later })).json.state).toBe('active');
    expect((await call(`DELETE /api/virtual-keys/${id}`)).status).toBe(204);
    expect(await ids('revoked')).toContain(id);
    expect(await ids('active')).not.toContain(id);
    const revoked = (await call(`GET /api/virtual-keys/${id}`)).json;
    expect(revoked.state).toBe('revoked');
    expect(Math.abs(Date.parse(revoked.revokedAt) - Date.now())).toBeLessThan(HOUR_MS / 60);
    for (const [request, body] of [
      [`PUT /api/virtual-keys/${id}`, { expiresAt: later }],
      [`POST /api/virtual-keys/${id}/rotate`, { graceSeconds: 60 }],
      [`POST /api/virtual-keys/${id}/top-up`, { period: 'day', usd: 1 }],
    ] as const) {
      expect((await call(request, body)).json).toMatchObject({ error: { code: 'virtual_key_revoked' } });
    }
    const before = await rowOf(id);
    expect((await call(`DELETE /api/virtual-keys/${id}`)).status).toBe(204);
    expect(await rowOf(id)).toEqual(before);
  });

  it('are listed newest first, page by page, by text, state and key', async () => {
    const owner = await target.newPerson();
    const call = (request: string, body?: unknown) =>
      target.call(request, { token: owner.token, ...(body ? { body } : {}) });
    const keyId = await newKey(owner);
    const other = await newKey(owner);
    const ids: string[] = [];
    for (const [name, keyIds] of [
      ['Alpha', [keyId]],
      ['Beta 50%', [other]],
      ['Gamma', 'all'],
      ['Delta', [keyId, other]],
    ] as const) {
      const reply = await call('POST /api/virtual-keys', {
        name,
        keyIds,
        tags: [`tag-${name}`],
        note: `about ${name}`,
      });
      ids.unshift(reply.json.virtualKey.id);
    }
    const find = async (query: string) =>
      (await call(`GET /api/virtual-keys?${query}`)).json.items.map((item: { id: string }) => item.id);
    expect(await find('')).toEqual(ids);
    expect(await find(`keyId=${keyId}`)).toEqual([ids[0], ids[1], ids[3]]);
    expect(await find('q=50%25')).toEqual([ids[2]]);
    expect(await find('q=TAG-gam')).toEqual([ids[1]]);
    expect(await find('q=about%20delta')).toEqual([ids[0]]);
    expect(await find('q=nothing')).toEqual([]);
    await call(`DELETE /api/virtual-keys/${ids[3]}`);
    expect(await find('state=active')).toEqual(ids.slice(0, 3));
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; page < 4 && cursor !== null; page += 1) {
      const { json }: { json: { items: { id: string }[]; nextCursor: string | null } } = await call(
        `GET /api/virtual-keys?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...json.items.map((item) => item.id));
      cursor = json.nextCursor;
    }
    expect(seen).toEqual(ids);
    for (const wrong of ['x', '1.key_0', `1e3.${ids[0]}`, '1%27', '%00']) {
      const reply = await call(`GET /api/virtual-keys?cursor=${wrong}`);
      expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    }
  });

  it('are at most ten thousand that are not revoked', async () => {
    const owner = await target.newPerson();
    const { activeWorkspaceId } = await owner.api('GET /api/me');
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      id: newId('VirtualKey'),
      workspace_id: activeWorkspaceId,
      name: `Filler ${index}`,
      preview: '...',
      secret_hash: hashVirtualKey(`${activeWorkspaceId} ${index}`),
      has_all_credentials: 1 as const,
      created_at: index,
      updated_at: index,
    }));
    const { kysely } = target.server.services.database;
    for (let start = 0; start < rows.length; start += 500) {
      await kysely
        .insertInto('virtual_keys')
        .values(rows.slice(start, start + 500))
        .execute();
    }
    const make = () =>
      target.call('POST /api/virtual-keys', { token: owner.token, body: { name: 'One more', keyIds: 'all' } });
    expect((await make()).json).toMatchObject({ error: { code: 'too_many_objects' } });
    await target.call(`DELETE /api/virtual-keys/${rows[0]?.id}`, { token: owner.token });
    expect((await make()).status).toBe(201);
    expect((await make()).json).toMatchObject({ error: { code: 'too_many_objects' } });
  });

  it('write one audit event for every change, naming the fields and no value', async () => {
    const { id } = await create({ note: 'private words', budgets: [{ usd: 3, period: 'month' }] });
    await put(id, { name: 'Audited', note: 'more private words', ipAllowList: ['198.51.100.77'] });
    await target.call(`POST /api/virtual-keys/${id}/rotate`, { token: person.token, body: { graceSeconds: 60 } });
    const topUp = { period: 'month', usd: 2 };
    await target.call(`POST /api/virtual-keys/${id}/top-up`, { token: person.token, body: topUp });
    await target.call(`DELETE /api/virtual-keys/${id}`, { token: person.token });
    await target.call(`DELETE /api/virtual-keys/${id}`, { token: person.token });
    const rows = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', id)
      .orderBy('seq')
      .execute();
    expect(rows.map(({ action, details }) => [action, JSON.parse(details)])).toEqual([
      ['virtual_key.created', { owner: person.email }],
      ['virtual_key.changed', { fields: ['name', 'ipAllowList', 'note'] }],
      ['virtual_key.rotated', { graceSeconds: 60 }],
      ['virtual_key.topped_up', { period: 'month', usd: 2 }],
      ['virtual_key.revoked', {}],
    ]);
    expect(rows.every((row) => row.actor_id === person.userId && row.target_type === 'virtual_key')).toBe(true);
    const { secret_hash } = await rowOf(id);
    for (const hidden of ['private words', '198.51.100.77', secret_hash]) {
      expect(JSON.stringify(rows)).not.toContain(hidden);
    }
  });
});
