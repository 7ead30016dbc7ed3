import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('copying a secret on $engine', (engine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());

  const create = async ({ api }: Person, secret: string) =>
    (await api('POST /api/keys', { body: { provider: 'openai', name: 'Key', secret } })).id;
  const copy = (person: Person, id: string) => target.call(`POST /api/keys/${id}/copy`, { token: person.token });

  it('gives the secret and nothing else, to be kept by no cache', async () => {
    const person = await target.newPerson();
    const secret = makeSecret();
    const reply = await copy(person, await create(person, secret));
    expect(reply.json).toEqual({ secret });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('is a change, so no GET or HEAD does it', async () => {
    const person = await target.newPerson();
    const secret = makeSecret();
    const id = await create(person, secret);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const reply = await target.call(`${method} /api/keys/${id}/copy`, { token: person.token });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.text).not.toContain(secret);
    }
  });

  it('leaves one audit event with who, what, when and where, and the time at the key', async () => {
    const person = await target.newPerson();
    const id = await create(person, makeSecret());
    const { headers } = await copy(person, id);
    const events = await target.server.services.database.kysely
      .selectFrom('audit_events')
      .selectAll()
      .where('target_id', '=', id)
      .where('action', '=', 'key.copied')
      .execute();
    expect(events).toEqual([
      expect.objectContaining({
        actor_id: person.userId,
        actor_label: person.email,
        target_type: 'key',
        result: 'ok',
        ip: '127.0.0.1',
        client: 'api',
        request_id: headers.get('x-request-id'),
        details: '{"version":1}',
      }),
    ]);
    const { lastCopiedAt } = await person.api('GET /api/keys/{id}', { params: { id } });
    expect(lastCopiedAt).toBe(new Date(events[0]?.created_at ?? 0).toISOString());
  });

  it('does not happen where it cannot be written down', async () => {
    const person = await target.newPerson();
    const secret = makeSecret();
    const id = await create(person, secret);
    const { kysely } = target.server.services.database;
    await sql`alter table audit_events rename to audit_events_gone`.execute(kysely);
    try {
      const refused = await copy(person, id);
      expect(refused.status).toBe(503);
      expect(refused.json).toMatchObject({ error: { code: 'unavailable' } });
      expect(refused.text).not.toContain(secret);
      expect(refused.text).not.toMatch(/audit_events|sql|insert/i);
    } finally {
      await sql`alter table audit_events_gone rename to audit_events`.execute(kysely);
    }
    expect((await person.api('GET /api/keys/{id}', { params: { id } })).lastCopiedAt).toBeNull();
    expect((await copy(person, id)).json).toEqual({ secret });
  });

  it('is allowed thirty times in ten minutes to one person, says when to come back, and is written down', async () => {
    const [person, other] = [await target.newPerson(), await target.newPerson()];
    const id = await create(person, makeSecret());
    for (let count = 0; count < 30; count += 1) expect((await copy(person, id)).status).toBe(200);
    const refused = await copy(person, id);
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ error: { code: 'too_many_attempts' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(600);
    expect((await copy(other, await create(other, makeSecret()))).status).toBe(200);
    const { items } = await person.api('GET /api/keys/{id}/events', { params: { id }, query: { limit: 1 } });
    expect(items).toEqual([
      expect.objectContaining({ action: 'key.copied', result: 'denied', reason: 'too_many_attempts' }),
    ]);
  });

  it('asks for the password again after ten minutes, with a cookie as with a token', async () => {
    const person = await target.newPerson();
    const id = await create(person, makeSecret());
    const { kysely } = target.server.services.database;
    await kysely
      .updateTable('sessions')
      .set({ authenticated_at: Date.now() - 10 * 60 * 1000 - 1 })
      .execute();
    for (const proof of [{ token: person.token }, { cookie: person.cookie }]) {
      const refused = await target.call(`POST /api/keys/${id}/copy`, proof);
      expect(refused.json).toMatchObject({ error: { code: 'fresh_sign_in_needed' } });
      expect(refused.status).toBe(403);
    }
    await person.api('POST /api/me/confirm', { body: { password: person.password } });
    expect((await copy(person, id)).status).toBe(200);
  });

  it.each(['viewer', 'member'] as const)('is refused to a %s of the workspace without a grant', async (role) => {
    const [person, guest] = [await target.newPerson(), await target.newPerson()];
    const secret = makeSecret();
    const id = await create(person, secret);
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const { kysely } = target.server.services.database;
    const [owner] = await kysely
      .selectFrom('members')
      .selectAll()
      .where('workspace_id', '=', activeWorkspaceId)
      .execute();
    const [row] = await kysely.selectFrom('users').select('id').where('email', '=', guest.email).execute();
    if (owner === undefined || row === undefined) throw new Error('no members');
    await kysely
      .insertInto('members')
      .values({ ...owner, user_id: row.id, role })
      .execute();
    const reply = await target.call(`POST /api/keys/${id}/copy`, {
      token: guest.token,
      headers: { 'x-workspace-id': activeWorkspaceId },
    });
    // A viewer sees the key but may not copy it; for a member without a grant it does not exist.
    expect(reply.json).toMatchObject({ error: { code: role === 'viewer' ? 'forbidden' : 'not_found' } });
    expect(reply.text).not.toContain(secret);
    for (const state of ['pending', 'disabled'] as const) {
      await kysely
        .updateTable('members')
        .set({ state })
        .where('user_id', '=', row.id)
        .where('role', '=', role)
        .execute();
      const gone = await target.call('GET /api/keys', {
        token: guest.token,
        headers: { 'x-workspace-id': activeWorkspaceId },
      });
      expect(gone.json).toMatchObject({ error: { code: 'not_found' } });
    }
  });
});
