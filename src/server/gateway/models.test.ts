import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { testEngines } from '../../testing/test-database.ts';

const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('what models a virtual key has', () => {
  let test: GatewayFixture;
  let secret: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    for (const provider of ['openai', 'anthropic', 'google']) await test.addKey(provider);
    await test.person.api('PUT /api/model-aliases', {
      body: { items: [{ alias: 'fast', model: 'openai/gpt-4o-mini' }] },
    });
    const models = ['gpt-4o', 'fast', 'claude-sonnet-4*', 'google/gemini-2.5-flash'];
    ({ secret } = await test.issue({ models }));
  });
  afterAll(() => test.dispose());

  const list = (path: string, headers: Record<string, string>) => test.ask(path, { headers });

  it('is told in the shape of OpenAI, and of its models only', async () => {
    const { json, headers } = await test.ask('/v1/models', { secret });
    expect(json).toMatchObject({ object: 'list' });
    expect(json.data.map(({ id }: { id: string }) => id)).toEqual(['fast', 'gpt-4o']);
    expect(json.data[1]).toMatchObject({
      id: 'gpt-4o',
      object: 'model',
      owned_by: 'openai',
      created: expect.any(Number),
    });
    expect(headers['x-akm-request-id']).toBeDefined();
    expect((await test.ask('/models', { secret })).json).toEqual(json);
  });

  it('is told in the shape of Anthropic to a client that names its version', async () => {
    const { json } = await list('/v1/models', { 'x-api-key': secret, 'anthropic-version': '2023-06-01' });
    const ids: string[] = json.data.map(({ id }: { id: string }) => id);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(id).toMatch(/^claude-sonnet-4/);
    expect(json).toMatchObject({ has_more: false, first_id: ids[0], last_id: ids.at(-1) });
    expect(json.data[0]).toMatchObject({
      type: 'model',
      display_name: expect.any(String),
      created_at: expect.any(String),
    });
  });

  it('is told in the shape of Gemini on its path', async () => {
    const { json } = await list('/v1beta/models', { 'x-goog-api-key': secret });
    expect(json.models.map(({ name }: { name: string }) => name)).toEqual(['models/gemini-2.5-flash']);
    expect(json.models[0].supportedGenerationMethods).toContain('generateContent');
    expect((await list(`/v1beta/models?key=${secret}`, {})).json).toEqual(json);
  });

  it('is told one by one, and of others not even that they exist', async () => {
    expect((await test.ask('/v1/models/gpt-4o', { secret })).json).toMatchObject({ id: 'gpt-4o' });
    const refused = await test.ask('/v1/models/gpt-4o-mini', { secret });
    const absent = await test.ask('/v1/models/gpt-0', { secret });
    expect([refused.status, absent.status]).toEqual([404, 404]);
    expect(refused.json.error.code).toBe(absent.json.error.code);
    const gemini = await list('/v1beta/models/gemini-2.5-pro', { 'x-goog-api-key': secret });
    expect(gemini).toMatchObject({ status: 404, json: { error: { status: 'NOT_FOUND' } } });
  });

  it('costs no call of any provider', async () => {
    const before = test.fake.requests.length;
    await test.ask('/v1/models', { secret });
    expect(test.fake.requests.length).toBe(before);
  });

  it('is empty for the program that brings a list of its own', async () => {
    expect((await test.ask('/v1/models?client_version=1.0', { secret })).json).toEqual({ models: [] });
  });
});

describe.each(testEngines())('a stored response on $engine', (engine) => {
  let test: GatewayFixture;
  let secret: string;
  let made: { id: string; keyId: string };
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    for (let count = 0; count < 4; count += 1) await test.addKey('openai');
    ({ secret } = await test.issue());
    const reply = await test.ask('/v1/responses', { secret, body: { model: 'gpt-4o', input: 'Hi' } });
    made = { id: reply.json.id, keyId: test.fake.requests.at(-1)?.secret ?? '' };
  });
  afterAll(() => test.dispose());

  const owner = () => test.fake.requests.at(-1)?.secret;

  it('is gone on from, read and deleted with the key that made it, each time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const body = { model: 'gpt-4o', input: 'And?', previous_response_id: made.id };
      expect((await test.ask('/v1/responses', { secret, body })).status).toBe(200);
      expect(owner()).toBe(made.keyId);
      expect((await test.ask(`/v1/responses/${made.id}`, { secret })).json.id).toBe(made.id);
      expect(owner()).toBe(made.keyId);
    }
  });

  it('is billed once: reading it again costs nothing', async () => {
    const reply = await test.ask(`/v1/responses/${made.id}`, { secret });
    expect(reply.text).toContain('"usage"');
    const event = (await test.events()).find(({ requestId }) => requestId === reply.headers['x-akm-request-id']);
    expect(event).toMatchObject({ endpoint: 'responses/{id}', outcome: 'ok', inputTokens: 0, outputTokens: 0 });
    expect(event?.costUsd).toBe('0.000000000');
  });

  it('does not exist for another virtual key', async () => {
    const other = await test.issue();
    const before = test.fake.requests.length;
    for (const options of [
      { path: `/v1/responses/${made.id}`, method: 'GET' },
      { path: `/v1/responses/${made.id}`, method: 'DELETE' },
      { path: `/v1/responses/${made.id}/input_items`, method: 'GET' },
      { path: `/proxy/openai/openai/v1/responses/${made.id}`, method: 'GET' },
      { path: '/v1/responses', body: { model: 'gpt-4o', input: '?', previous_response_id: made.id } },
    ]) {
      const reply = await test.ask(options.path, { secret: other.secret, ...options });
      expect(reply).toMatchObject({ status: 404, json: { error: { code: 'response_not_found' } } });
    }
    expect(test.fake.requests.length).toBe(before);
    const unknown = await test.ask('/v1/responses/resp_none', { secret });
    expect(unknown).toMatchObject({ status: 404, json: { error: { code: 'response_not_found' } } });
  });
});
