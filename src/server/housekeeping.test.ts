import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testEngines } from '../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../testing/test-server.ts';
import { startHousekeeping } from './housekeeping.ts';

const DAY_MS = 86_400_000;
let target: TestServer;

beforeEach(async () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');
  target = await startTestServer(engine);
});
afterEach(async () => {
  vi.useRealTimers();
  await target.dispose();
});

it('empties old trash at the start, and stopping waits for it', async () => {
  const { api } = await target.newPerson();
  const { id } = await api('POST /api/keys', { body: { provider: 'openai', name: 'Old', secret: makeSecret() } });
  await api('DELETE /api/keys/{id}', { params: { id } });
  const { services } = target.server;
  const { kysely } = services.database;
  await kysely
    .updateTable('credentials')
    .set({ deleted_at: Date.now() - 31 * DAY_MS })
    .execute();
  const stop = startHousekeeping(services);
  await stop();
  expect(await kysely.selectFrom('credentials').selectAll().execute()).toEqual([]);
});

it('that fails is told to the log and tried again in an hour', async () => {
  const { services } = target.server;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const failing = { ...services, database: { ...services.database, kysely: services.database.kysely.withTables() } };
  const before = target.logs.length;
  const failures = () => target.logs.slice(before).filter((line) => line.includes('emptying the trash failed')).length;
  vi.spyOn(failing.database.kysely, 'selectFrom').mockImplementation(() => {
    throw new Error('no database');
  });
  const stop = startHousekeeping(failing);
  await vi.waitFor(() => expect(target.logs.join('')).toContain('tried again in an hour'));
  expect(failures()).toBe(1);
  vi.advanceTimersByTime(60 * 60 * 1000);
  await stop();
  expect(failures()).toBe(2);
});

it('forgets ended sessions though the trash cannot be emptied', async () => {
  await target.newPerson();
  const { services } = target.server;
  const { kysely } = services.database;
  await kysely
    .updateTable('sessions')
    .set({ expires_at: Date.now() - 8 * DAY_MS })
    .execute();
  const failing = { ...services, database: { ...services.database, kysely: kysely.withTables() } };
  vi.spyOn(failing.database.kysely, 'selectFrom').mockImplementation(() => {
    throw new Error('no database');
  });
  await startHousekeeping(failing)();
  expect(target.logs.join('')).toContain('emptying the trash failed and will be tried again in an hour');
  expect(await kysely.selectFrom('sessions').selectAll().execute()).toEqual([]);
});
