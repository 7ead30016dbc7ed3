import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noTokens } from '../../providers/usage/usage-reading.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { newId } from '../ids.ts';

describe.each(testEngines())('the prices of a workspace on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  let stranger: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
    stranger = await target.newPerson();
  });
  afterAll(() => target.dispose());
  afterEach(async () => {
    await target.server.services.database.kysely.deleteFrom('price_overrides').execute();
  });

  const body = { provider: 'openai', model: 'gpt-4o', inputUsdPerMillion: 2, outputUsdPerMillion: 8 };
  const set = (given: object, by = person) => target.call('PUT /api/prices', { token: by.token, body: given });
  const list = async (by = person) => (await by.api('GET /api/prices')).items;
  const remove = (provider: string, model: string, by = person) =>
    target.call(`DELETE /api/prices?provider=${provider}&model=${encodeURIComponent(model)}`, { token: by.token });
  const auditRows = async (action: string) =>
    target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('action', '=', action)
      .where('actor_id', '=', person.userId)
      .orderBy('seq')
      .execute();

  it('are entered, changed and forgotten, for this workspace alone', async () => {
    const { status, json } = await set({ ...body, cacheReadUsdPerMillion: 0.1, usdPerRequest: 0.005 });
    expect(status).toBe(200);
    expect(json).toEqual({
      price: {
        ...body,
        cacheReadUsdPerMillion: 0.1,
        cacheWriteUsdPerMillion: null,
        usdPerRequest: 0.005,
        updatedAt: expect.any(String),
        updatedBy: (await person.api('GET /api/me')).user.name,
      },
      repricedEvents: 0,
    });
    expect(await list()).toEqual([json.price]);
    expect(await list(stranger)).toEqual([]);
    await set({ ...body, outputUsdPerMillion: 7.5 });
    // What is not given again is not kept: the call says the whole price.
    expect(await list()).toMatchObject([{ outputUsdPerMillion: 7.5, cacheReadUsdPerMillion: null }]);
    expect((await remove('openai', 'gpt-4o', stranger)).status).toBe(404);
    expect((await remove('openai', 'gpt-4o')).status).toBe(204);
    expect((await remove('openai', 'gpt-4o')).status).toBe(404);
    expect(await list()).toEqual([]);
  });

  it('are kept exactly, to the nano-dollar', async () => {
    const exact = { inputUsdPerMillion: 0.1, outputUsdPerMillion: 1.005, cacheReadUsdPerMillion: 0.000_000_003 };
    await set({ ...body, model: 'exact-1', ...exact });
    expect(await list()).toMatchObject([exact]);
    const row = await target.server.services.database.kysely
      .selectFrom('price_overrides')
      .select(['input_price', 'output_price', 'cache_read_price'])
      .where('model', '=', 'exact-1')
      .executeTakeFirst();
    expect(row).toEqual({ input_price: 100_000_000, output_price: 1_005_000_000, cache_read_price: 3 });
  });

  it.each([
    ['inputUsdPerMillion', { inputUsdPerMillion: 0.0000025 }, 'off the $2.5 of the catalogue'],
    ['outputUsdPerMillion', { outputUsdPerMillion: 5_000 }, 'off the $10 of the catalogue'],
    ['inputUsdPerMillion', { inputUsdPerMillion: 10_000_000 }, '10000'],
    ['inputUsdPerMillion', { model: 'brand-new', inputUsdPerMillion: 0.0000025 }, 'less than any provider asks for'],
    ['cacheReadUsdPerMillion', { cacheReadUsdPerMillion: 0.1234567891 }, 'more than nine decimals'],
  ])('refuse a mistaken unit: %s of %o', async (path, wrong, message) => {
    const { status, json } = await set({ ...body, ...wrong });
    expect([status, json.error.code]).toEqual([422, 'invalid_input']);
    expect(json.error.details).toMatchObject([{ path, message: expect.stringContaining(message) }]);
    expect(await list()).toEqual([]);
  });

  it('accept what costs nothing, a discount and a mark-up, and models nobody knows', async () => {
    const accepted = [
      { inputUsdPerMillion: 0, outputUsdPerMillion: 0 },
      { inputUsdPerMillion: 0.5, outputUsdPerMillion: 1 },
      { inputUsdPerMillion: 20, outputUsdPerMillion: 90 },
      { model: 'brand-new', inputUsdPerMillion: 9_999, outputUsdPerMillion: 0.001 },
    ];
    for (const prices of accepted) expect((await set({ ...body, ...prices })).status).toBe(200);
  });

  it('may be those of a provider the workspace has added, and of no other', async () => {
    const own = { name: 'Ours', baseUrl: 'https://llm.example.com', dialects: ['openai-chat' as const] };
    const { id } = await person.api('POST /api/custom-providers', { body: own });
    expect((await set({ ...body, provider: id, model: 'house/model' })).status).toBe(200);
    expect((await set({ ...body, provider: id }, stranger)).json.error.code).toBe('unknown_provider');
    expect((await set({ ...body, provider: 'nobody' })).json.error.code).toBe('unknown_provider');
    expect((await remove(id, 'house/model')).status).toBe(204);
  });

  it('leave their trace in the audit trail, with what was entered', async () => {
    const before = (await auditRows('price.set')).length;
    await set({ ...body, usdPerRequest: 0.01 });
    await remove('openai', 'gpt-4o');
    const rows = await auditRows('price.set');
    expect(rows.length).toBe(before + 1);
    expect(rows.at(-1)).toMatchObject({ target_type: 'price', target_label: 'openai/gpt-4o', result: 'ok' });
    expect(JSON.parse(rows.at(-1)?.details ?? '')).toEqual({
      inputUsdPerMillion: 2,
      outputUsdPerMillion: 8,
      usdPerRequest: 0.01,
    });
    expect((await auditRows('price.deleted')).at(-1)).toMatchObject({ target_label: 'openai/gpt-4o' });
  });

  it('are at most a thousand, and can still be changed then', async () => {
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      workspace_id: activeWorkspaceId,
      provider: 'openai',
      model: `filler-${index}`,
      input_price: 1_000_000,
      output_price: 1_000_000,
      updated_at: 1,
    }));
    const { kysely } = target.server.services.database;
    for (let start = 0; start < rows.length; start += 500) {
      await kysely
        .insertInto('price_overrides')
        .values(rows.slice(start, start + 500))
        .execute();
    }
    expect((await set(body)).json.error.code).toBe('too_many_objects');
    expect((await set({ ...body, model: 'filler-7' })).status).toBe(200);
    expect(await list()).toHaveLength(1_000);
  });

  it('reach back to calls without a price when that is asked for, and only then', async () => {
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const { kysely } = target.server.services.database;
    const id = newId('UsageEvent', 1);
    const tokens = { ...noTokens, inputUncached: 1_000_000, output: 10 };
    await kysely
      .insertInto('usage_events')
      .values({
        id,
        workspace_id: activeWorkspaceId,
        request_id: id,
        attempt: 1,
        is_final: 1,
        time: Date.now(),
        endpoint: 'chat/completions',
        provider: 'openai',
        model: 'brand-new',
        upstream_model: 'brand-new',
        credential_id: newId('Credential', 1),
        virtual_key_id: newId('VirtualKey', 1),
        is_stream: 0,
        outcome: 'ok',
        input_tokens: 1_000_000,
        cache_read_tokens: 0,
        cache_write_tokens: 0,
        output_tokens: 10,
        reasoning_tokens: 0,
        usage_state: 'exact',
        latency_ms: 1,
        lines: JSON.stringify([{ model: null, tokens, unitPrices: null }]),
      })
      .execute();
    const costOfIt = async () =>
      (await kysely.selectFrom('usage_events').select('cost_nano_usd').where('id', '=', id).executeTakeFirst())
        ?.cost_nano_usd;
    const price = { ...body, model: 'brand-new' };
    expect((await set(price)).json.repricedEvents).toBe(0);
    expect(await costOfIt()).toBeNull();
    expect((await set({ ...price, applyToPast: true })).json.repricedEvents).toBe(1);
    expect(await costOfIt()).toBe(2_000_080_000);
    expect((await set({ ...price, inputUsdPerMillion: 3, applyToPast: true })).json.repricedEvents).toBe(0);
    expect(await costOfIt()).toBe(2_000_080_000);
  });

  it('are in force for the gateway’s next call once the change was answered', async () => {
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const announced: string[] = [];
    target.server.services.changes.subscribe(async (workspaceId) => void announced.push(workspaceId));
    await set(body);
    expect(announced).toEqual([activeWorkspaceId]);
    await remove('openai', 'gpt-4o');
    expect(announced).toEqual([activeWorkspaceId, activeWorkspaceId]);
  });
});
