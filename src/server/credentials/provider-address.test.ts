import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('a stored secret on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const create = async (body: Record<string, unknown>): Promise<string> => {
    const sent = { name: 'Key', secret: makeSecret(), ...body };
    return (await target.call('POST /api/keys', { token: person.token, body: sent })).json.id;
  };
  const put = (id: string, body: unknown) => target.call(`PUT /api/keys/${id}`, { token: person.token, body });
  const saveProvider = async (baseUrl: string): Promise<string> => {
    const body = { name: 'Ours', baseUrl, dialects: ['openai-chat' as const] };
    return (await person.api('POST /api/custom-providers', { body })).id;
  };

  const own = { provider: 'openai', baseUrl: 'https://one.example.com/v1' };
  it.each([
    ['another host', own, { baseUrl: 'https://two.example.com/v1' }],
    ['another host after a preset', { provider: 'openai' }, { baseUrl: 'https://two.example.com/v1' }],
    ['another port', own, { baseUrl: 'https://one.example.com:8443/v1' }],
    ['the same host without TLS', own, { baseUrl: 'http://one.example.com/v1' }],
    ['a host that ends alike', own, { baseUrl: 'https://evil-one.example.com/v1' }],
    ['another host for a second dialect', own, { baseUrls: { 'anthropic-messages': 'https://two.example.com' } }],
    ['another provider', { provider: 'openai' }, { provider: 'deepseek' }],
    ['a provider with an API of its own alone', { provider: 'openai' }, { provider: 'elevenlabs' }],
    ['another provider without its own address', own, { provider: 'deepseek', baseUrl: null }],
  ])('is not sent to %s without being given again', async (_, before, change) => {
    const id = await create(before);
    const refused = await put(id, change);
    expect(refused.json).toMatchObject({ error: { code: 'secret_needed' } });
    expect(refused.status).toBe(422);
    const { version, baseUrl } = await person.api('GET /api/keys/{id}', { params: { id } });
    expect({ version, baseUrl }).toEqual({ version: 1, baseUrl: 'baseUrl' in before ? before.baseUrl : null });
    const accepted = await put(id, { ...change, secret: makeSecret() });
    expect(accepted.json).toMatchObject({ version: 2, status: 'untested' });
  });

  it.each([
    ['another path', own, { baseUrl: 'https://one.example.com/v2' }],
    ['the host in capitals', own, { baseUrl: 'https://ONE.example.com/v1' }],
    ['the default port by name', own, { baseUrl: 'https://one.example.com:443/v1' }],
    ['the same provider again', own, { provider: 'openai' }],
    ['a second dialect on the same host', own, { baseUrls: { 'openai-chat': 'https://one.example.com/v1' } }],
    ['fewer hosts, and back', own, { baseUrl: null }],
  ])('stays as it is for %s', async (_, before, change) => {
    const id = await create(before);
    expect((await put(id, change)).json).toMatchObject({ version: 1 });
    expect((await put(id, { baseUrl: before.baseUrl })).json).toMatchObject({ version: 1 });
  });

  it('is not sent to a custom provider that moves while the key is being stored', async () => {
    const provider = await saveProvider('https://good.example.com/v1');
    const { vault } = target.server.services;
    const loadDataKey = vi.spyOn(vault, 'loadDataKey').mockImplementationOnce(async (...call) => {
      const body = { baseUrl: 'https://evil.example.com/v1' };
      const moved = await target.call(`PUT /api/custom-providers/${provider}`, { token: person.token, body });
      expect(moved.status).toBe(200);
      return vault.loadDataKey(...call);
    });
    const body = { provider, name: 'Raced', secret: makeSecret() };
    const reply = await target.call('POST /api/keys', { token: person.token, body });
    loadDataKey.mockRestore();
    expect(reply.json).toMatchObject({ error: { code: 'conflict' } });
    expect((await person.api('GET /api/keys', { query: { q: 'Raced' } })).items).toEqual([]);
  });

  it('is not used on a host it was not given for, whatever the stored address says', async () => {
    const id = await create({ provider: 'openai' });
    const moved = { base_url: 'https://evil.example.com/v1' };
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('credentials')
      .set(moved)
      .where('name', '=', 'Key')
      .where('preview', 'is not', null)
      .execute();
    for (const [path, body] of [
      ['test', { id }],
      [`${id}/models`, undefined],
    ] as const) {
      const reply = await target.call(`POST /api/keys/${path}`, { token: person.token, ...(body ? { body } : {}) });
      expect(reply.json).toMatchObject({ error: { code: 'secret_needed' } });
    }
  });

  it('keeps its address when a version is restored while somebody changes the address', async () => {
    const a = 'https://a.example.com/v1';
    const b = 'https://b.example.com/v1';
    const id = await create({ provider: 'custom', baseUrl: a });
    await put(id, { secret: makeSecret(), baseUrls: { 'anthropic-messages': 'https://b.example.com' } });
    await put(id, { baseUrls: {} });
    const { vault } = target.server.services;
    const loadDataKey = vi.spyOn(vault, 'loadDataKey').mockImplementationOnce(async (...call) => {
      expect((await put(id, { baseUrl: b })).status).toBe(200);
      return vault.loadDataKey(...call);
    });
    const restored = await target.call(`POST /api/keys/${id}/versions/1/restore`, { token: person.token });
    loadDataKey.mockRestore();
    expect(restored.json).toMatchObject({ version: 3, baseUrl: a });
  });

  it('follows its custom provider, whose host is fixed as long as keys use it', async () => {
    const [one, same, other] = [
      await saveProvider('https://llm.example.com/v1'),
      await saveProvider('https://llm.example.com/other'),
      await saveProvider('https://elsewhere.example.com/v1'),
    ];
    const id = await create({ provider: one });
    expect((await put(id, { provider: same })).status).toBe(200);
    expect((await put(id, { provider: other })).json).toMatchObject({ error: { code: 'secret_needed' } });
    const move = { token: person.token, body: { baseUrl: 'https://elsewhere.example.com/v1' } };
    const refused = await target.call(`PUT /api/custom-providers/${same}`, move);
    expect(refused.json).toMatchObject({ error: { code: 'custom_provider_in_use' } });
    expect((await target.call(`PUT /api/custom-providers/${one}`, move)).status).toBe(200);
    expect((await put(id, { provider: one })).json).toMatchObject({ error: { code: 'secret_needed' } });
  });

  it('of an earlier version is not taken to a new host by restoring it', async () => {
    const id = await create(own);
    await put(id, { baseUrl: 'https://evil.example.com/v1', secret: makeSecret() });
    const restore = (version: number) =>
      target.call(`POST /api/keys/${id}/versions/${version}/restore`, { token: person.token });
    const refused = await restore(1);
    expect(refused.json).toMatchObject({ error: { code: 'secret_needed' } });
    await put(id, { baseUrl: own.baseUrl, secret: makeSecret() });
    expect((await restore(1)).json).toMatchObject({ version: 4, baseUrl: own.baseUrl });
    expect((await restore(2)).json).toMatchObject({ error: { code: 'secret_needed' } });
  });

  it('of an earlier version is not taken along by a custom provider that moved meanwhile', async () => {
    const provider = await saveProvider('https://llm.example.com/v1');
    const id = await create({ provider });
    await put(id, { provider: 'openai', secret: makeSecret() });
    const body = { baseUrl: 'https://evil.example.com/v1' };
    expect((await target.call(`PUT /api/custom-providers/${provider}`, { token: person.token, body })).status).toBe(
      200,
    );
    await put(id, { provider, secret: makeSecret() });
    const restored = await target.call(`POST /api/keys/${id}/versions/1/restore`, { token: person.token });
    expect(restored.json).toMatchObject({ error: { code: 'secret_needed' } });
  });
});
