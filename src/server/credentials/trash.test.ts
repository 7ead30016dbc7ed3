import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { newId } from '../ids.ts';
import { purgeLongTrashed } from './trash.ts';

const DAY_MS = 86_400_000;

describe.each(testEngines())('the trash on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const create = async (name: string) => {
    const body = { provider: 'openai', name, secret: makeSecret(), tags: [`tag of ${name}`] };
    return (await person.api('POST /api/keys', { body })).id;
  };
  const trash = (id: string) => person.api('DELETE /api/keys/{id}', { params: { id } });
  const rowsOf = async (id: string) => {
    const { kysely } = target.server.services.database;
    const credentials = await kysely.selectFrom('credentials').select('id').execute();
    const versions = await kysely.selectFrom('credential_versions').select('credential_id').execute();
    const tags = await kysely.selectFrom('credential_tags').select('credential_id').execute();
    return [
      credentials.filter((row) => row.id === id).length,
      versions.filter((row) => row.credential_id === id).length,
      tags.filter((row) => row.credential_id === id).length,
    ];
  };

  it('keeps a key out of the list, the search, the facets and every use, until it is restored', async () => {
    const id = await create('Gone for now');
    const { total, trashed } = await person.api('GET /api/keys/facets');
    await trash(id);
    const names = async (query: Record<string, string>) =>
      (await person.api('GET /api/keys', { query })).items.map((key) => key.name);
    expect(await names({ q: 'Gone for now' })).toEqual([]);
    expect(await names({ status: 'trashed' })).toContain('Gone for now');
    const after = await person.api('GET /api/keys/facets');
    expect([after.total, after.trashed]).toEqual([total - 1, trashed + 1]);
    expect(after.tags.map(({ tag }) => tag)).not.toContain('tag of Gone for now');
    expect((await target.call(`GET /api/keys/${id}`, { token: person.token })).status).toBe(404);
    const query = { includeTrashed: 'true' as const };
    expect((await person.api('GET /api/keys/{id}', { params: { id }, query })).deletedAt).not.toBeNull();
    for (const [request, body] of [
      [`POST /api/keys/${id}/copy`, undefined],
      [`PUT /api/keys/${id}`, { name: 'New' }],
      ['POST /api/keys/test', { id }],
      [`POST /api/keys/${id}/models`, undefined],
      [`POST /api/keys/${id}/versions/1/restore`, undefined],
    ] as const) {
      const reply = await target.call(request, { token: person.token, ...(body ? { body } : {}) });
      expect(reply.json).toMatchObject({ error: { code: 'not_found' } });
    }
    expect((await person.api('POST /api/keys/{id}/restore', { params: { id } })).deletedAt).toBeNull();
    expect(await names({ q: 'Gone for now' })).toEqual(['Gone for now']);
  });

  it('takes a retried deletion and a retried restore calmly, and writes each down once', async () => {
    const id = await create('Twice');
    await trash(id);
    await trash(id);
    await person.api('POST /api/keys/{id}/restore', { params: { id } });
    await person.api('POST /api/keys/{id}/restore', { params: { id } });
    const { items } = await person.api('GET /api/keys/{id}/events', { params: { id } });
    expect(items.map(({ action }) => action)).toEqual(['key.restored', 'key.deleted', 'key.created']);
  });

  it('lets go for good only of what lies in it, with every version and tag', async () => {
    const id = await create('For good');
    const purge = () => target.call(`POST /api/keys/${id}/purge`, { token: person.token });
    expect((await purge()).json).toMatchObject({ error: { code: 'not_in_trash' } });
    expect(await rowsOf(id)).toEqual([1, 1, 1]);
    await trash(id);
    expect((await purge()).status).toBe(204);
    expect(await rowsOf(id)).toEqual([0, 0, 0]);
    expect((await purge()).status).toBe(404);
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', id)
      .where('action', '=', 'key.purged')
      .execute();
    expect(events).toEqual([expect.objectContaining({ actor_id: person.userId, target_label: 'For good' })]);
  });

  it('empties itself of what has lain in it for thirty days, and of nothing else', async () => {
    const { services } = target.server;
    const [old, recent, alive] = [await create('Old'), await create('Recent'), await create('Alive')];
    await trash(old);
    await trash(recent);
    const at = Date.now();
    await services.database.kysely
      .updateTable('credentials')
      .set({ deleted_at: at - 30 * DAY_MS - 1 })
      .where('name', '=', 'Old')
      .execute();
    expect(await purgeLongTrashed(services, at)).toBe(1);
    expect(await rowsOf(old)).toEqual([0, 0, 0]);
    expect(await rowsOf(recent)).toEqual([1, 1, 1]);
    expect(await rowsOf(alive)).toEqual([1, 1, 1]);
    expect(await purgeLongTrashed(services, at)).toBe(0);
    const events = await services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', old)
      .where('action', '=', 'key.purged')
      .execute();
    expect(events).toEqual([expect.objectContaining({ actor_id: null, client: 'system' })]);
  });

  it('empties itself once even when two servers set about it together', async () => {
    const { services } = target.server;
    const ids = await Promise.all(['A', 'B', 'C'].map(create));
    for (const id of ids) await trash(id);
    const later = Date.now() + 31 * DAY_MS;
    const { trashed } = await person.api('GET /api/keys/facets');
    const counts = await Promise.all([purgeLongTrashed(services, later), purgeLongTrashed(services, later)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(trashed);
    const events = await services.database.kysely
      .selectFrom('audit_events')
      .select('target_id')
      .where('action', '=', 'key.purged')
      .execute();
    for (const id of ids) expect(events.filter(({ target_id }) => target_id === id)).toHaveLength(1);
  });

  it('empties itself of more than one batch, and one key that cannot go holds up no other', async () => {
    const { services } = target.server;
    const { kysely } = services.database;
    const stuck = await create('Stuck');
    const row = await kysely
      .selectFrom('credentials')
      .selectAll()
      .where('name', '=', 'Stuck')
      .executeTakeFirstOrThrow();
    const many = Array.from({ length: 250 }, () => ({ ...row, id: newId('Credential'), name: 'Many', deleted_at: 1 }));
    for (const copy of many) await kysely.insertInto('credentials').values(copy).execute();
    await kysely.updateTable('credentials').set({ deleted_at: 0 }).where('name', '=', 'Stuck').execute();
    await refuseDeletion(kysely, stuck);
    expect(await purgeLongTrashed(services, Date.now())).toBe(250);
    const left = await kysely.selectFrom('credentials').select('id').where('deleted_at', 'is not', null).execute();
    expect(left).toEqual([{ id: stuck }]);
    const told = target.logs.filter((line) => line.includes('could not be deleted for good'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(stuck);
  });
});

/** Makes the database itself refuse, as it does where another table still points at a row. */
async function refuseDeletion(kysely: DatabaseHandle, id: string): Promise<void> {
  await sql`create table keepers (id text references credentials(id))`.execute(kysely);
  await sql`insert into keepers values (${id})`.execute(kysely);
}
