import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('the list of keys on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
    const keys = [
      { name: 'Plain', provider: 'openai', note: 'for the staging robot', tags: ['prod', 'eu'] },
      { name: '100% sure', provider: 'anthropic', tags: ['prod'] },
      { name: 'snake_case', provider: 'deepseek', tags: ['dev'] },
      { name: 'back\\slash', provider: 'moonshot', tags: [] },
      { name: '生产环境密钥', provider: 'zhipu', tags: ['团队'] },
      { name: 'O\'Brien "quoted"', provider: 'openai', expiresAt: '2020-01-01T00:00:00Z' },
    ];
    for (const key of keys) await person.api('POST /api/keys', { body: { ...key, secret: makeSecret('list') } });
  });
  afterAll(() => target.dispose());

  const namesFor = async (query: Record<string, string>): Promise<string[]> => {
    const reply = await target.call(`GET /api/keys?${new URLSearchParams(query)}`, { token: person.token });
    expect(reply.status).toBe(200);
    return reply.json.items.map((key: { name: string }) => key.name).sort();
  };

  it.each([
    ['a name in another case', 'pLaIn', ['Plain']],
    ['a word of the note', 'ROBOT', ['Plain']],
    ['a percent sign, which stands for itself', '%', ['100% sure']],
    ['an underscore, which stands for itself', '_', ['snake_case']],
    ['a backslash', '\\', ['back\\slash']],
    ['a quote', "'", ['O\'Brien "quoted"']],
    ['SQL', "' or 1=1 --", []],
    ['Chinese text', '环境', ['生产环境密钥']],
    ['a tag', '团队', ['生产环境密钥']],
    ['the start of a tag', 'pro', ['100% sure', 'Plain']],
    ['a provider by its id', 'deepseek', ['snake_case']],
    ['a provider by its name', 'Moonshot', ['back\\slash']],
    ['a provider by its Chinese name', '智谱', ['生产环境密钥']],
    ['a part of the secret that is not in the preview', 'sk-list-', []],
    ['nothing that exists', 'zzzzzz', []],
  ])('is searched for %s', async (_, q, names) => {
    expect(await namesFor({ q })).toEqual(names);
  });

  it.each([
    [{ provider: 'openai' }, ['O\'Brien "quoted"', 'Plain']],
    [{ provider: 'OPENAI' }, []],
    [{ tag: 'prod' }, ['100% sure', 'Plain']],
    [{ tag: 'PROD' }, []],
    [{ tag: '%' }, []],
    [{ tag: 'prod', provider: 'anthropic' }, ['100% sure']],
    [{ tag: 'prod', q: 'robot' }, ['Plain']],
    [{ status: 'expired' }, ['O\'Brien "quoted"']],
    [{ status: 'untested', provider: 'openai' }, ['Plain']],
    [{ status: 'untested', tag: 'dev' }, ['snake_case']],
    [{ status: 'trashed' }, []],
    [
      { q: '', tag: '' },
      ['100% sure', 'O\'Brien "quoted"', 'Plain', 'back\\slash', 'snake_case', '生产环境密钥'].sort(),
    ],
  ])('is filtered by %j', async (query, names) => {
    expect(await namesFor(Object.fromEntries(Object.entries(query)))).toEqual(names);
  });

  it('counts by provider, tag and status as the filters find', async () => {
    const facets = await person.api('GET /api/keys/facets');
    expect(facets.total).toBe(6);
    for (const { id, count } of facets.providers) expect(await namesFor({ provider: id })).toHaveLength(count);
    for (const { tag, count } of facets.tags) expect(await namesFor({ tag })).toHaveLength(count);
    for (const { status, count } of facets.statuses) expect(await namesFor({ status })).toHaveLength(count);
    expect(facets.tags.map(({ tag }) => tag).sort()).toEqual(['dev', 'eu', 'prod', '团队']);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=ten',
    'limit=1&limit=2',
    'status=broken',
    'status=valid&status=invalid',
    'cursor=nonsense',
    'cursor=1.key_1',
    `cursor=${'1'.repeat(16)}.key_${'0'.repeat(26)}`,
    'q=%00',
    'tag=a%0Ab%00',
    'provider=%00',
    `q=${'x'.repeat(201)}`,
    'q[]=a',
    'q[$ne]=a',
    '__proto__=1',
    'constructor=1',
  ])('refuses the query %s in words', async (query) => {
    const reply = await target.call(`GET /api/keys?${query}`, { token: person.token });
    expect(reply.json).toMatchObject({ error: { code: 'invalid_input', details: [{ message: expect.any(String) }] } });
    expect(reply.status).toBe(422);
  });
});

describe.each(testEngines())('paging on $engine', (engine) => {
  it('visits each of 137 keys exactly once while others are added and removed', async () => {
    const target = await startTestServer(engine);
    try {
      const person = await target.newPerson();
      const add = (name: string) =>
        person.api('POST /api/keys', { body: { provider: 'openai', name, secret: makeSecret(), tags: ['t'] } });
      const lasting = [];
      const passing = [];
      for (let index = 0; index < 137; index += 1) {
        lasting.push((await add(`k${index}`)).id);
        if (index % 20 === 0) passing.push((await add(`passing ${index}`)).id);
      }
      // Many were made in the same millisecond, as an import does.
      const { kysely } = target.server.services.database;
      await kysely
        .updateTable('credentials')
        .set({ created_at: 1_790_000_000_000 })
        .where('name', 'like', 'k1%')
        .execute();
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < 40; page += 1) {
        const query: { limit: number; cursor?: string } = { limit: 10, ...(cursor === null ? {} : { cursor }) };
        const { items, nextCursor } = await person.api('GET /api/keys', { query });
        expect(items.length).toBeLessThanOrEqual(10);
        seen.push(...items.map(({ id }) => id));
        await add(`late ${page}`);
        const removed = passing.pop();
        if (removed !== undefined) await person.api('DELETE /api/keys/{id}', { params: { id: removed } });
        cursor = nextCursor;
        if (cursor === null) break;
      }
      expect(cursor).toBeNull();
      expect(new Set(seen).size).toBe(seen.length);
      expect(lasting.filter((id) => !seen.includes(id))).toEqual([]);
    } finally {
      await target.dispose();
    }
  });
});
