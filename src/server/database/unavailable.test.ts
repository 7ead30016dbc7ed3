import { connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it, test } from 'vitest';
import { portOf } from '../../testing/loopback-server.ts';
import { type TestEngine, testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer } from '../../testing/test-server.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

const withFacts = (message: string, facts: object = {}): Error => Object.assign(new Error(message), facts);

test.each([
  ['a refused connection', withFacts('connect ECONNREFUSED', { code: 'ECONNREFUSED' })],
  ['a reset connection', withFacts('read ECONNRESET', { code: 'ECONNRESET' })],
  ['every address refused', Object.assign(new AggregateError([withFacts('', { code: 'ECONNREFUSED' })]))],
  ['a server that shuts down', withFacts('terminating connection', { code: '57P01' })],
  ['a server that crashed', withFacts('crash of another process', { code: '57P02' })],
  ['a server that starts', withFacts('the database system is starting up', { code: '57P03' })],
  ['a broken connection', withFacts('connection failure', { code: '08006' })],
  ['too many connections', withFacts('sorry, too many clients already', { code: '53300' })],
  ['a full pool', withFacts('timeout exceeded when trying to connect')],
  ['a connection lost before', withFacts('Client has encountered a connection error and is not queryable')],
  ['a transaction that stood still', withFacts('terminating connection', { code: '25P03' })],
  ['a lost connection', withFacts('Connection terminated unexpectedly')],
  ['a full disk under SQLite', withFacts('database or disk is full', { errcode: 13 })],
  ['a locked SQLite', withFacts('database is locked', { errcode: 5 })],
  ['a failing disk under SQLite', withFacts('disk I/O error', { errcode: 10 | (3 << 8) })],
  ['a wrapped one', new Error('outer', { cause: withFacts('', { code: '57P01' }) })],
])('%s means that the database is unavailable', (_, error) => {
  expect(isDatabaseUnavailable(error)).toBe(true);
});

test.each([
  ['a duplicate row', withFacts('duplicate key value', { code: '23505' })],
  ['a duplicate row in SQLite', withFacts('UNIQUE constraint failed', { errcode: 2067 })],
  ['a statement that took too long', withFacts('canceling statement', { code: '57014' })],
  ['a mistake in SQL', withFacts('syntax error', { code: '42601' })],
  ['a mistake of ours', new TypeError('undefined is not a function')],
  ['a text', 'ECONNREFUSED'],
  ['nothing', undefined],
])('%s does not', (_, error) => {
  expect(isDatabaseUnavailable(error)).toBe(false);
});

/** A way to the database that can be cut like a cable. */
async function openRelay(databaseUrl: string): Promise<{ url: string; cut: () => Promise<void> }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(Number(target.port || '5432'), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${portOf(relay)}`;
  return {
    url: url.href,
    cut: async () => {
      const closed = new Promise<void>((resolve) => relay.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

describe.each(testEngines().filter(({ engine }) => engine === 'postgres'))('a $engine that goes away', (engine) => {
  it('is told as 503 with the time to wait, by the health too, and nothing of it leaks', async () => {
    let cut = async (): Promise<void> => {};
    const relayed: TestEngine = {
      ...engine,
      open: async (options) => {
        const place = await engine.open(options);
        const relay = await openRelay(place.databaseUrl ?? '');
        cut = relay.cut;
        return { ...place, databaseUrl: relay.url };
      },
    };
    const target = await startTestServer(relayed);
    try {
      const { token } = await target.newPerson();
      await cut();
      for (const request of ['GET /api/me', 'GET /api/keys', 'GET /api/instance']) {
        const reply = await target.call(request, { token });
        expect(reply.json).toEqual({ error: { code: 'unavailable', message: expect.any(String) } });
        expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
      }
      const health = await target.call('GET /api/health');
      expect(health.status).toBe(503);
      expect(health.json.error).toMatchObject({ code: 'unavailable', details: { database: 'failed' } });
      expect(target.logs.some((line) => line.includes('"level":"error"') && line.includes('"unavailable"'))).toBe(true);
    } finally {
      await target.dispose();
    }
  });
});

describe.each(testEngines().filter(({ engine }) => engine === 'postgres'))(
  'a connection of $engine that ends',
  (engine) => {
    it('between two statements of a transaction fails the transaction, and not the process', async () => {
      const target = await startTestServer(engine);
      try {
        const { database } = target.server.services;
        const running = database.transaction(async (transaction) => {
          await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction)).rejects.toThrow(
            'terminating',
          );
          // The news of the end is read before the next statement is written.
          await setImmediate();
          await sql`select 1`.execute(transaction);
        });
        await expect(running).rejects.toSatisfy(isDatabaseUnavailable);
        expect((await target.call('GET /api/health')).status).toBe(200);
      } finally {
        await target.dispose();
      }
    });
  },
);

describe.each(testEngines().filter(({ engine }) => engine === 'sqlite'))('a full disk under $engine', (engine) => {
  it('is told as 503 with the time to wait, and reading goes on', async () => {
    const target = await startTestServer(engine);
    try {
      const { token } = await target.newPerson();
      const { kysely } = target.server.services.database;
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(kysely);
      await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count ?? 0)}`.execute(kysely);
      const body = { provider: 'openai', name: 'x', secret: makeSecret(), note: 'x'.repeat(1900) };
      const create = () => target.call('POST /api/keys', { token, body: { ...body, secret: makeSecret() } });
      const replies = [];
      for (let index = 0; index < 20; index += 1) replies.push(await create());
      const reply = replies.at(-1);
      expect(reply?.json).toEqual({ error: { code: 'unavailable', message: expect.any(String) } });
      expect([reply?.status, reply?.headers.get('retry-after')]).toEqual([503, '5']);
      expect((await target.call('GET /api/keys', { token })).status).toBe(200);
    } finally {
      await target.dispose();
    }
  });
});
