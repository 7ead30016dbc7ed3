import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('model aliases on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const replace = (items: unknown, by = person) =>
    target.call('PUT /api/model-aliases', { token: by.token, body: { items } });
  const list = async (by = person) => (await by.api('GET /api/model-aliases')).items;

  it('are replaced as a whole, for this workspace alone', async () => {
    const stranger = await target.newPerson();
    const first = [
      { alias: 'fast', model: 'gpt-4o-mini' },
      { alias: 'gpt-4', model: 'azure-openai/gpt-4o' },
    ];
    const { status, json } = await replace(first);
    expect([status, json]).toEqual([200, { items: first }]);
    await replace([{ alias: 'fast', model: 'claude-haiku-4-5' }]);
    expect(await list()).toEqual([{ alias: 'fast', model: 'claude-haiku-4-5' }]);
    expect(await list(stranger)).toEqual([]);
    expect((await replace([])).json).toEqual({ items: [] });
    expect(await list()).toEqual([]);
  });

  it.each([
    ['itself', [{ alias: 'a', model: 'a' }], 'items.0.model'],
    [
      'another alias',
      [
        { alias: 'a', model: 'gpt-4o' },
        { alias: 'b', model: 'a' },
      ],
      'items.1.model',
    ],
    ['itself, spaces aside', [{ alias: ' a', model: 'a ' }], 'items.0.model'],
  ])('refuse one that leads to %s, and keep the old list', async (_name, items, path) => {
    await replace([{ alias: 'kept', model: 'gpt-4o' }]);
    const { status, json } = await replace(items);
    expect([status, json.error.code]).toEqual([422, 'invalid_input']);
    expect(json.error.details).toMatchObject([{ path }]);
    expect(await list()).toEqual([{ alias: 'kept', model: 'gpt-4o' }]);
  });

  it('refuse a name that is there twice', async () => {
    const twice = [
      { alias: 'a', model: 'gpt-4o' },
      { alias: 'a', model: 'gpt-4o-mini' },
    ];
    expect((await replace(twice)).json.error.code).toBe('invalid_input');
  });

  it('leave in the audit trail what was added and what was taken away', async () => {
    await replace([
      { alias: 'stays', model: 'gpt-4o' },
      { alias: 'goes', model: 'gpt-4o' },
    ]);
    await replace([
      { alias: 'stays', model: 'gpt-4o' },
      { alias: 'comes', model: 'gpt-4o' },
    ]);
    const event = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('action', '=', 'model_aliases.changed')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    expect(event.actor_id).toBe(person.userId);
    expect(JSON.parse(event.details)).toEqual({ added: ['comes = gpt-4o'], removed: ['goes = gpt-4o'] });
  });
});
