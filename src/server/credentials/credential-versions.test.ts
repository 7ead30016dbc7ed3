import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('versions of a secret on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const create = async (secret: string) =>
    (await person.api('POST /api/keys', { body: { provider: 'openai', name: 'Key', secret, note: 'kept' } })).id;
  /** Copies without using up the person's allowance. */
  const copy = async (id: string) => {
    await target.server.services.throttles.reset('copy', person.userId);
    return (await target.call(`POST /api/keys/${id}/copy`, { token: person.token })).json.secret;
  };
  const put = (id: string, body: unknown) => target.call(`PUT /api/keys/${id}`, { token: person.token, body });
  const restore = (id: string, version: number | string) =>
    target.call(`POST /api/keys/${id}/versions/${version}/restore`, { token: person.token });

  it('grow by one with every new secret, each with its own preview, newest first', async () => {
    const secrets = [makeSecret('one'), makeSecret('two'), makeSecret('three')];
    const id = await create(secrets[0] ?? '');
    for (const secret of secrets.slice(1)) await put(id, { secret });
    const { items, nextCursor } = await person.api('GET /api/keys/{id}/versions', { params: { id } });
    expect(nextCursor).toBeNull();
    expect(items.map(({ version, isCurrent, createdBy }) => [version, isCurrent, createdBy])).toEqual([
      [3, true, person.email],
      [2, false, person.email],
      [1, false, person.email],
    ]);
    expect(items.map(({ preview }) => preview)).toEqual(
      [...secrets].reverse().map((secret) => `${secret.slice(0, 6)}...${secret.slice(-4)}`),
    );
    expect(await copy(id)).toBe(secrets[2]);
  });

  it('come back as a new version: the old one stays what it was', async () => {
    const [first, second] = [makeSecret(), makeSecret()];
    const id = await create(first);
    await put(id, { secret: second });
    const { json } = await restore(id, 1);
    expect(json).toMatchObject({
      version: 3,
      status: 'untested',
      note: 'kept',
      preview: expect.stringContaining('...'),
    });
    expect(await copy(id)).toBe(first);
    expect((await restore(id, 2)).json.version).toBe(4);
    expect(await copy(id)).toBe(second);
    const again = await person.api('POST /api/keys', { body: { provider: 'openai', name: 'Same', secret: second } });
    expect(again.duplicateOf).toMatchObject({ id });
  });

  it.each([
    ['the current one', 1, 409],
    ['one that never was', 7, 404],
    ['zero', 0, 404],
    ['a word', 'latest', 404],
    ['a number beyond all bounds', '9'.repeat(40), 404],
    ['a fraction', '1.5', 404],
  ])('refuse to restore %s', async (_, version, status) => {
    const id = await create(makeSecret());
    expect((await restore(id, version)).status).toBe(status);
    expect((await person.api('GET /api/keys/{id}', { params: { id } })).version).toBe(1);
  });

  it('lose none when eight new secrets arrive at once: each is kept under a number of its own, or refused', async () => {
    const first = makeSecret();
    const id = await create(first);
    const secrets = Array.from({ length: 8 }, () => makeSecret());
    const replies = await Promise.all(secrets.map((secret) => put(id, { secret })));
    const kept = secrets.filter((_, index) => replies[index]?.status === 200);
    const refused = replies.filter(({ status }) => status !== 200);
    expect(kept.length).toBeGreaterThanOrEqual(1);
    expect(new Set(refused.map(({ json }) => json.error.code))).toEqual(
      new Set(refused.length > 0 ? ['conflict'] : []),
    );
    const { version } = await person.api('GET /api/keys/{id}', { params: { id } });
    expect(version).toBe(1 + kept.length);
    expect(kept).toContain(await copy(id));
    const readable: string[] = [await copy(id)];
    for (let number = 1; number < version; number += 1) {
      await restore(id, number);
      readable.push(await copy(id));
    }
    expect(new Set(readable)).toEqual(new Set([first, ...kept]));
  });

  it('are not mixed up by a change of the name that arrives together with a new secret', async () => {
    const [first, secret] = [makeSecret(), makeSecret()];
    const id = await create(first);
    const [replaced, renamed] = await Promise.all([put(id, { secret }), put(id, { name: 'Renamed' })]);
    expect([200, 409]).toContain(replaced.status);
    expect([200, 409]).toContain(renamed.status);
    const now = await person.api('GET /api/keys/{id}', { params: { id } });
    expect(now.version).toBe(replaced.status === 200 ? 2 : 1);
    expect(await copy(id)).toBe(replaced.status === 200 ? secret : first);
    expect(now.name).toBe(renamed.status === 200 ? 'Renamed' : 'Key');
  });

  it('keep an address that changed while somebody else was renaming', async () => {
    const id = await create(makeSecret());
    await put(id, { baseUrl: 'https://api.openai.com/v1' });
    const replies = await Promise.all([
      put(id, { baseUrl: 'https://api.openai.com/v2' }),
      ...['A', 'B', 'C', 'D'].map((name) => put(id, { name })),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await person.api('GET /api/keys/{id}', { params: { id } })).baseUrl).toBe('https://api.openai.com/v2');
  });
});

describe.each(testEngines())('an envelope that cannot be opened on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  /** Two keys whose envelopes were exchanged in the database. */
  async function swapped(): Promise<[string, string]> {
    const { kysely } = target.server.services.database;
    const make = async (name: string) =>
      (await person.api('POST /api/keys', { body: { provider: 'openai', name, secret: makeSecret() } })).id;
    const ids: [string, string] = [await make('Left'), await make('Right')];
    const rows = await kysely.selectFrom('credential_versions').selectAll().execute();
    const [left, right] = ids.map((id) => rows.find((row) => row.credential_id === id));
    if (left === undefined || right === undefined) throw new Error('no versions');
    for (const [at, from] of [
      [left, right],
      [right, left],
    ] as const) {
      await kysely
        .updateTable('credential_versions')
        .set({ envelope: from.envelope })
        .where('credential_id', '=', at.credential_id)
        .execute();
    }
    return ids;
  }
  const stored = () =>
    target.server.services.database.kysely
      .selectFrom('credential_versions')
      .select(['credential_id', 'version', 'envelope'])
      .orderBy('credential_id')
      .execute();

  it('is told in words by copy, test, models and restore, and nothing is overwritten', async () => {
    const [id] = await swapped();
    const before = await stored();
    for (const [request, body] of [
      [`POST /api/keys/${id}/copy`, undefined],
      ['POST /api/keys/test', { id }],
      [`POST /api/keys/${id}/models`, undefined],
    ] as const) {
      const reply = await target.call(request, { token: person.token, ...(body ? { body } : {}) });
      expect(reply.json).toEqual({
        error: { code: 'credential_unreadable', message: expect.stringContaining('cannot be decrypted') },
      });
      expect(reply.status).toBe(500);
    }
    expect(await stored()).toEqual(before);
    const actions = (await person.api('GET /api/keys/{id}/events', { params: { id } })).items.map((e) => e.action);
    expect(actions).not.toContain('key.copied');
  });

  it('leaves the list, the key and its history readable, and shows the status', async () => {
    const [id] = await swapped();
    await target.call('POST /api/keys/test', { token: person.token, body: { id } });
    const list = await target.call('GET /api/keys', { token: person.token });
    expect(list.status).toBe(200);
    expect(list.json.items.find((key: { id: string }) => key.id === id)).toMatchObject({ status: 'unreadable' });
    expect((await person.api('GET /api/overview')).needAttention.map((key) => key.id)).toContain(id);
    expect((await person.api('GET /api/keys/{id}/versions', { params: { id } })).items).toHaveLength(1);
    expect((await person.api('GET /api/keys', { query: { status: 'unreadable' } })).items.length).toBeGreaterThan(0);
  });

  it('is left behind by a new secret, which works', async () => {
    const [id] = await swapped();
    const secret = makeSecret();
    expect((await target.call(`PUT /api/keys/${id}`, { token: person.token, body: { secret } })).status).toBe(200);
    expect((await person.api('POST /api/keys/{id}/copy', { params: { id } })).secret).toBe(secret);
    const restored = await target.call(`POST /api/keys/${id}/versions/1/restore`, { token: person.token });
    expect(restored.json).toMatchObject({ error: { code: 'credential_unreadable' } });
  });
});
