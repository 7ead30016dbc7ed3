import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('models on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let person: Person;
  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });

  afterEach(async () => {
    const { items } = await person.api('GET /api/keys', { query: { limit: 100 } });
    for (const { id } of items) await person.api('DELETE /api/keys/{id}', { params: { id } });
  });

  /** A key whose provider lists these models. */
  const create = async (models: readonly string[]): Promise<string> => {
    const secret = fake.secret('valid');
    fake.accounts.set(secret, { models });
    const body = { provider: 'openai', name: 'Key', secret, baseUrl: fake.urlOf('openai') };
    return (await person.api('POST /api/keys', { body })).id;
  };
  const readList = (id: string, by = person) => target.call(`POST /api/keys/${id}/models`, { token: by.token });
  const found = async (q: string, by = person) =>
    (await by.api('GET /api/models', { query: { q } })).items.filter(({ id }) => id.startsWith('tuned-'));

  it('of the catalogue are all there before any key is, in pages that do not overlap', async () => {
    const { items, total, nextCursor } = await person.api('GET /api/models', { query: { limit: 100 } });
    expect(total).toBeGreaterThan(1000);
    expect(items).toHaveLength(100);
    const next = await person.api('GET /api/models', { query: { limit: 100, cursor: nextCursor ?? '' } });
    const ids = [...items, ...next.items].map(({ provider, id }) => `${provider}/${id}`);
    expect(new Set(ids).size).toBe(200);
    expect(items.every(({ source }) => source === 'catalogue')).toBe(true);
  });

  it('that a provider lists for a key are merged in for its workspace alone', async () => {
    const stranger = await target.newPerson();
    const id = await create(['gpt-4o', 'tuned-alpha', 'tuned-beta', 'tuned-beta']);
    const { json } = await readList(id);
    expect(json).toEqual({ found: 3, added: 3 });
    const models = await found('tuned');
    expect(models.map((model) => [model.id, model.provider, model.source])).toEqual([
      ['tuned-alpha', 'openai', 'provider'],
      ['tuned-beta', 'openai', 'provider'],
    ]);
    expect(models[0]?.inputUsdPerMillion).toBeNull();
    expect(await found('tuned', stranger)).toEqual([]);
    expect((await readList(id)).json).toEqual({ found: 3, added: 0 });
  });

  it('follow the list when it changes, and go and come with the key that listed them', async () => {
    const secret = fake.secret('valid');
    const body = { provider: 'openai', name: 'Key', secret, baseUrl: fake.urlOf('openai') };
    const { id } = await person.api('POST /api/keys', { body });
    const names = async () => (await found('tuned')).map((model) => model.id);
    fake.accounts.set(secret, { models: ['tuned-one'] });
    await readList(id);
    expect(await names()).toEqual(['tuned-one']);
    fake.accounts.set(secret, { models: ['tuned-two'] });
    await readList(id);
    expect(await names()).toEqual(['tuned-two']);
    await person.api('DELETE /api/keys/{id}', { params: { id } });
    expect(await names()).toEqual([]);
    await person.api('POST /api/keys/{id}/restore', { params: { id } });
    expect(await names()).toEqual(['tuned-two']);
    await person.api('DELETE /api/keys/{id}', { params: { id } });
    await person.api('POST /api/keys/{id}/purge', { params: { id } });
    expect(await names()).toEqual([]);
  });

  it('are read four times at once without a failure', async () => {
    const id = await create(['tuned-x', 'tuned-y']);
    const replies = await Promise.all(Array.from({ length: 4 }, () => readList(id)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await found('tuned')).toHaveLength(2);
  });

  it('that cannot be read leave the old list, and say why without the secret', async () => {
    for (const behaviour of ['invalid', 'html', 'garbage', 'disconnect', 'redirect', 'overloaded'] as const) {
      const secret = fake.secret(behaviour);
      const body = { provider: 'openai', name: 'Key', secret, baseUrl: fake.urlOf('openai') };
      const { id } = await person.api('POST /api/keys', { body });
      const reply = await readList(id);
      expect(reply.json).toMatchObject({ error: { code: 'unavailable', message: expect.stringContaining('OpenAI') } });
      expect(reply.text).not.toContain(secret);
    }
  });

  it.each([
    'category=nonsense',
    'category=chat,nonsense',
    'sort=dearest',
    'contextTokensMin=many',
    'limit=1000',
    'q=%00',
  ])('refuse the query %s in words', async (query) => {
    const reply = await target.call(`GET /api/models?${query}`, { token: person.token });
    expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
  });
});
