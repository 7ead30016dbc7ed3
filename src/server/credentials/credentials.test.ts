import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

const HOUR_MS = 3_600_000;

describe.each(testEngines())('keys on $engine', (engine) => {
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

  const put = (id: string, body: unknown) => target.call(`PUT /api/keys/${id}`, { token: person.token, body });

  it('keep every field that was given, and show the secret only as a preview', async () => {
    const secret = makeSecret();
    const body = {
      provider: 'openai',
      name: '  Production 生产 ',
      secret: `\n ${secret} \t`,
      baseUrl: 'https://gateway.example.com/v1',
      baseUrls: { 'anthropic-messages': 'https://claude.example.com' },
      tags: ['prod', '团队', 'prod'],
      note: 'line one\nline two',
      expiresAt: '2099-01-01T08:00:00+08:00',
      monthlyBudgetUsd: 12.345678901,
    };
    const reply = await target.call('POST /api/keys', { token: person.token, body });
    const { id } = reply.json;
    expect(reply.status).toBe(201);
    expect(reply.json).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      provider: 'openai',
      name: 'Production 生产',
      preview: `${secret.slice(0, 6)}...${secret.slice(-4)}`,
      baseUrl: 'https://gateway.example.com/v1',
      baseUrls: { 'anthropic-messages': 'https://claude.example.com' },
      tags: ['prod', '团队'],
      note: 'line one\nline two',
      status: 'untested',
      statusReason: null,
      lastTestedAt: null,
      lastUsedAt: null,
      lastCopiedAt: null,
      expiresAt: '2099-01-01T00:00:00.000Z',
      createdAt: expect.any(String),
      updatedAt: reply.json.createdAt,
      deletedAt: null,
      version: 1,
      accessLevel: 'manage',
      mayCopy: true,
      monthlyBudgetUsd: 12.345678901,
      scheduledChecks: true,
      models: null,
      balance: null,
      duplicateOf: null,
    });
    expect(reply.text).not.toContain(secret.slice(10, 30));
    const { duplicateOf: _, ...view } = reply.json;
    expect(await person.api('GET /api/keys/{id}', { params: { id } })).toEqual(view);
    expect((await person.api('POST /api/keys/{id}/copy', { params: { id } })).secret).toBe(secret);
  });

  it('change only in the fields that were sent', async () => {
    const body = { provider: 'openai', name: 'Before', secret: makeSecret(), tags: ['a'], note: 'n' };
    const before = await person.api('POST /api/keys', { body });
    const { json: after } = await put(before.id, { name: 'After', expiresAt: '2099-01-01T00:00:00Z' });
    expect(after).toEqual({
      ...before,
      name: 'After',
      expiresAt: '2099-01-01T00:00:00.000Z',
      updatedAt: expect.any(String),
    });
    const { json: emptied } = await put(before.id, { tags: [], note: '', expiresAt: null, monthlyBudgetUsd: null });
    expect(emptied).toMatchObject({ tags: [], note: '', expiresAt: null, monthlyBudgetUsd: null, name: 'After' });
  });

  it('tell of another key with the same secret when a secret is replaced or restored', async () => {
    const secret = makeSecret();
    const first = await person.api('POST /api/keys', { body: { provider: 'openai', name: 'First', secret } });
    const other = { provider: 'openai', name: 'Other', secret: makeSecret() };
    const { id } = await person.api('POST /api/keys', { body: other });
    expect((await put(id, { secret })).json).toMatchObject({ duplicateOf: { id: first.id, name: 'First' } });
    expect((await put(id, { note: 'n' })).json).toMatchObject({ duplicateOf: null });
    expect((await put(id, { secret: makeSecret() })).json).toMatchObject({ duplicateOf: null });
    const restored = await person.api('POST /api/keys/{id}/versions/{version}/restore', { params: { id, version: 2 } });
    expect(restored).toMatchObject({ version: 4, duplicateOf: { id: first.id, name: 'First' } });
  });

  it('keep what the last test found when the same address is sent again', async () => {
    const body = { provider: 'openai', name: 'Tested', secret: makeSecret(), baseUrl: 'https://one.example.com/v1' };
    const { id } = await person.api('POST /api/keys', { body });
    await target.server.services.database.kysely
      .updateTable('credentials')
      .set({ status: 'valid', models_count: 7 })
      .where('id', '=', id)
      .execute();
    const same = await put(id, { provider: 'openai', baseUrl: 'https://one.example.com/v1', baseUrls: {}, note: 'n' });
    expect(same.json).toMatchObject({ status: 'valid', models: 7, note: 'n' });
    const moved = await put(id, { baseUrl: 'https://one.example.com/v2' });
    expect(moved.json).toMatchObject({ status: 'untested', models: null });
  });

  it.each([
    ['an unknown provider', { provider: 'no-such-provider' }, 'unknown_provider'],
    ["another workspace's custom provider", { provider: `cp_${'0'.repeat(26)}` }, 'unknown_provider'],
    ['a provider without a host of its own', { provider: 'azure-openai' }, 'base_url_needed'],
    ['a private address', { baseUrl: 'http://10.0.0.1/v1' }, 'base_url_refused'],
    ['the metadata address', { baseUrl: 'http://169.254.169.254/latest' }, 'base_url_refused'],
    ['a private address for a second dialect', { baseUrls: { gemini: 'http://10.0.0.1' } }, 'base_url_refused'],
    ['a script for an address', { baseUrl: 'javascript:alert(1)' }, 'invalid_input'],
    ['a password in the address', { baseUrl: 'https://u:p@api.example.com' }, 'invalid_input'],
    ['a key in the address', { baseUrl: 'https://api.example.com/v1?key=1' }, 'invalid_input'],
    ['a dialect nobody speaks', { baseUrls: { klingon: 'https://api.example.com' } }, 'invalid_input'],
    ['an empty secret', { secret: ' ' }, 'invalid_input'],
    ['two lines of secret', { secret: 'sk-first\u0000sk-second' }, 'invalid_input'],
    ['half a character in the secret', { secret: 'sk-\ud800' }, 'invalid_input'],
    ['a secret of 10 kB', { secret: 'x'.repeat(10_000) }, 'invalid_input'],
    ['an empty name', { name: '  ' }, 'invalid_input'],
    ['a direction override in the name', { name: 'safe\u202egnp.exe' }, 'invalid_input'],
    ['21 tags', { tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, 'invalid_input'],
    ['a day for a time', { expiresAt: '2099-01-01' }, 'invalid_input'],
    ['a negative budget', { monthlyBudgetUsd: -1 }, 'invalid_input'],
  ])('are refused with %s, and nothing is stored', async (_, wrong, code) => {
    const { total } = await person.api('GET /api/keys/facets');
    const secret = makeSecret();
    const body = { provider: 'openai', name: 'Wrong', secret, ...wrong };
    const reply = await target.call('POST /api/keys', { token: person.token, body });
    expect(reply.json).toMatchObject({ error: { code } });
    expect(reply.status).toBe(422);
    expect(reply.text).not.toContain(secret);
    expect((await person.api('GET /api/keys/facets')).total).toBe(total);
  });

  it('tell which key holds the same secret, within the workspace only', async () => {
    const stranger = await target.newPerson();
    const secret = makeSecret();
    const first = await person.api('POST /api/keys', { body: { provider: 'openai', name: 'First', secret } });
    const second = await person.api('POST /api/keys', { body: { provider: 'deepseek', name: 'Second', secret } });
    expect(first.duplicateOf).toBeNull();
    expect(second.duplicateOf).toEqual({ id: first.id, name: 'First' });
    const foreign = await stranger.api('POST /api/keys', { body: { provider: 'openai', name: 'Mine', secret } });
    expect(foreign.duplicateOf).toBeNull();
    await person.api('DELETE /api/keys/{id}', { params: { id: first.id } });
    const third = await person.api('POST /api/keys', { body: { provider: 'openai', name: 'Third', secret } });
    expect(third.duplicateOf).toEqual({ id: second.id, name: 'Second' });
    const prints = await target.server.services.database.kysely
      .selectFrom('credentials')
      .select('fingerprint')
      .where('id', 'in', [first.id, foreign.id])
      .execute();
    expect(new Set(prints.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it('expire by the clock, without a write', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const body = { provider: 'openai', name: 'Short', secret: makeSecret(), expiresAt };
    const { id, status } = await person.api('POST /api/keys', { body });
    expect(status).toBe('untested');
    const before = (await person.api('GET /api/keys', { query: { status: 'expiring' } })).items.map((key) => key.id);
    expect(before).toContain(id);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + HOUR_MS + 1000);
    const { json: login } = await target.call('POST /api/login', {
      body: { email: person.email, password: person.password },
    });
    const read = (path: string) => target.call(`GET ${path}`, { token: login.access_token });
    const ids = async (query: string) =>
      (await read(`/api/keys?${query}`)).json.items.map((key: { id: string }) => key.id);
    const key = (await read(`/api/keys/${id}`)).json;
    expect(key.status).toBe('expired');
    expect(key.updatedAt).toBe(key.createdAt);
    expect(await ids('status=expired')).toContain(id);
    expect(await ids('status=expiring')).not.toContain(id);
    expect(await ids('status=untested')).not.toContain(id);
    expect((await read('/api/keys/facets')).json.statuses).toContainEqual({ status: 'expired', count: 1 });
    expect((await read('/api/overview')).json.needAttention).toContainEqual(expect.objectContaining({ id }));
  });

  it('write one audit event for every change, naming the fields and no value', async () => {
    const secret = makeSecret();
    const { id } = await person.api('POST /api/keys', { body: { provider: 'openai', name: 'Audited', secret } });
    await put(id, { name: 'Audited twice', note: 'private words' });
    await put(id, { secret: makeSecret() });
    await person.api('DELETE /api/keys/{id}', { params: { id } });
    await person.api('DELETE /api/keys/{id}', { params: { id } });
    await person.api('POST /api/keys/{id}/restore', { params: { id } });
    const { items } = await person.api('GET /api/keys/{id}/events', { params: { id } });
    expect(items.map(({ action }) => action)).toEqual([
      'key.restored',
      'key.deleted',
      'key.secret_replaced',
      'key.changed',
      'key.created',
    ]);
    expect(items.every(({ actor, result }) => actor === person.email && result === 'ok')).toBe(true);
    const rows = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', id)
      .execute();
    expect(rows.map(({ details }) => details)).toContain('{"fields":["name","note"]}');
    expect(JSON.stringify(rows)).not.toContain('private words');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('have a history that is read page by page, and a made-up cursor is refused', async () => {
    const { id } = await person.api('POST /api/keys', {
      body: { provider: 'openai', name: 'Busy', secret: makeSecret() },
    });
    for (const name of ['B', 'C', 'D', 'E']) await put(id, { name });
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 4; page += 1) {
      const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const { items, nextCursor } = await person.api('GET /api/keys/{id}/events', { params: { id }, query });
      seen.push(...items.map((event) => event.id));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
    for (const wrong of ['x', '-1', '1e3', '9'.repeat(30), '1%20or%201', '%00']) {
      const reply = await target.call(`GET /api/keys/${id}/events?cursor=${wrong}`, { token: person.token });
      expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    }
  });

  it("are not created, read or changed through another person's workspace id", async () => {
    const stranger = await target.newPerson();
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const { id } = await person.api('POST /api/keys', {
      body: { provider: 'openai', name: 'Mine', secret: makeSecret() },
    });
    const headers = { 'x-workspace-id': activeWorkspaceId };
    const body = { provider: 'openai', name: 'Theirs', secret: makeSecret() };
    for (const [request, sent] of [
      ['POST /api/keys', body],
      [`PUT /api/keys/${id}`, { name: 'Stolen' }],
      [`GET /api/keys/${id}`, undefined],
      ['GET /api/keys', undefined],
      ['GET /api/overview', undefined],
      [`POST /api/keys/${id}/copy`, undefined],
    ] as const) {
      const reply = await target.call(request, { token: stranger.token, headers, ...(sent ? { body: sent } : {}) });
      expect(reply.json).toMatchObject({ error: { code: 'not_found' } });
    }
    for (const wrong of ['', 'nonsense', `ws_${'0'.repeat(26)}`, `${activeWorkspaceId},${activeWorkspaceId}`]) {
      const reply = await target.call('GET /api/keys', { token: person.token, headers: { 'x-workspace-id': wrong } });
      expect(reply.status).toBe(404);
    }
    expect((await person.api('GET /api/keys/{id}', { params: { id } })).name).toBe('Mine');
    const mine = await target.call('GET /api/keys', { token: person.token, headers });
    expect(mine.status).toBe(200);
  });
});
