import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, type Reply, startTestServer, type TestServer } from '../../testing/test-server.ts';

describe.each(testEngines())('the secrets of virtual keys on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  const secrets: string[] = [];
  const replies: { request: string; reply: Reply }[] = [];

  const call = async (request: string, body?: unknown): Promise<Reply> => {
    const reply = await target.call(request, { token: person.token, ...(body === undefined ? {} : { body }) });
    replies.push({ request, reply });
    return reply;
  };
  /** The random part, which stands in no preview. */
  const inner = (secret: string): string => secret.slice(10, -4);
  const secretsIn = (text: string): number => {
    const forms = secrets.flatMap((secret) => {
      const hidden = inner(secret);
      return [hidden, Array.from(hidden).reverse().join(''), Buffer.from(hidden).toString('hex')];
    });
    return forms.filter((form) => text.includes(form)).length;
  };

  beforeAll(async () => {
    target = await startTestServer(engine, { LOG_LEVEL: 'trace' });
    person = await target.newPerson();
    const made = await call('POST /api/virtual-keys', { name: 'CI', keyIds: 'all', note: 'n' });
    const { id } = made.json.virtualKey;
    const rotated = await call(`POST /api/virtual-keys/${id}/rotate`, { graceSeconds: 3600 });
    const playground = await call('POST /api/playground/key', { keyIds: 'all' });
    secrets.push(made.json.secret, rotated.json.secret, playground.json.secret);
    for (const secret of secrets) {
      await call(`GET /api/virtual-keys?q=${secret}`);
      await call(`GET /api/virtual-keys?cursor=${secret}`);
      await call(`GET /api/virtual-keys/${secret}`);
      await call(`DELETE /api/virtual-keys/${secret}`);
      await call(`PUT /api/virtual-keys/${id}`, { [secret]: 1 });
      await call(`PUT /api/virtual-keys/${id}`, { keyIds: [secret] });
      await call('POST /api/virtual-keys', secret);
    }
    await call(`PUT /api/virtual-keys/${id}`, { name: 'Renamed' });
    await call(`GET /api/virtual-keys/${id}`);
    await call('GET /api/virtual-keys');
    await call(`DELETE /api/virtual-keys/${id}`);
    await call(`GET /api/virtual-keys/${id}`);
  });
  afterAll(() => target.dispose());

  it('are each in one reply, which nobody may keep', () => {
    expect(new Set(secrets).size).toBe(3);
    for (const secret of secrets) {
      const carrying = replies.filter(({ reply }) => reply.status < 300 && reply.text.includes(inner(secret)));
      expect(carrying.map(({ request }) => request)).toHaveLength(1);
      expect(carrying[0]?.request).toMatch(
        /^POST \/api\/(?:virtual-keys|virtual-keys\/vk_\w+\/rotate|playground\/key)$/,
      );
      expect(carrying[0]?.reply.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('are in no reply to a call that succeeds otherwise', () => {
    const others = replies.filter(({ reply }) => reply.status < 300 && reply.json?.secret === undefined);
    expect(others.length).toBeGreaterThan(5);
    for (const { request, reply } of others)
      expect([request.slice(0, 30), secretsIn(reply.text)]).toEqual([request.slice(0, 30), 0]);
  });

  it('are in no line of the log at its most talkative', () => {
    const logged = target.logs.join('');
    expect(target.logs.length).toBeGreaterThan(20);
    expect(secretsIn(logged)).toBe(0);
  });

  it('are in no row of any table, which hold their hashes only', async () => {
    const { kysely } = target.server.services.database;
    let rowsSeen = '';
    for (const { name } of await kysely.introspection.getTables()) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(kysely);
      expect([name, secretsIn(JSON.stringify(rows))]).toEqual([name, 0]);
      rowsSeen += JSON.stringify(rows);
    }
    expect(rowsSeen).toContain('"secret_hash":"');
  });

  it('are in no file of the data directory', () => {
    const entries = readdirSync(target.dataDirectory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect([file, secretsIn(readFileSync(file, 'latin1'))]).toEqual([file, 0]);
  });
});
