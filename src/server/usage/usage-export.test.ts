// How an export ends: whole, broken off by the server, or left by the client.
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { makeEvent, recordEvents } from '../../testing/usage-fixture.ts';
import { brand } from '../ids.ts';

const EVENTS = 12_000;
const STEP = 3000;
/** Long enough that the whole export does not fit into the buffers of a connection. */
const DETAIL = 'x'.repeat(2000);
const fromMs = Date.UTC(2026, 1, 1);
const path = `/api/usage/export?from=${new Date(fromMs).toISOString()}&to=${new Date(fromMs + EVENTS).toISOString()}`;

describe.each(testEngines())('an export on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
    const workspace_id = brand<'Workspace'>((await person.api('GET /api/me')).activeWorkspaceId);
    for (let first = 0; first < EVENTS; first += STEP) {
      const events = Array.from({ length: STEP }, (_, index) =>
        makeEvent({ workspace_id, time: fromMs + first + index, outcome: 'error', error_detail: DETAIL }),
      );
      await recordEvents(target.server.services.database.kysely, events);
    }
  }, 120_000);
  afterAll(() => target.dispose());

  const headers = () => ({ authorization: `Bearer ${person.token}` });
  const read = (method = 'GET') => fetch(target.url + path, { method, headers: headers() });

  /** Counts the pages that are asked for, and lets those from `failFrom` on fail. */
  function watchPages(failFrom = Number.POSITIVE_INFINITY) {
    const { usage } = target.server.services;
    const ask = usage.ask;
    const watched = vi.spyOn(usage, 'ask');
    watched.mockImplementation((name, input) =>
      watched.mock.calls.length >= failFrom ? Promise.reject(new Error('disk I/O error')) : ask(name, input),
    );
    return { pages: () => watched.mock.calls.length, [Symbol.dispose]: () => watched.mockRestore() };
  }

  it('is a file to keep, with every call on a line', async () => {
    const response = await read();
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="usage.csv"');
    expect((await response.text()).trimEnd().split('\r\n')).toHaveLength(EVENTS + 1);
  });

  it('that fails half-way is cut off, so that nobody takes it for the whole', async () => {
    using _watch = watchPages(3);
    const response = await read();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('that fails before its first line is an error and not a file', async () => {
    using _watch = watchPages(1);
    const response = await read();
    expect(response.status).toBe(500);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(await response.text()).not.toContain('disk I/O');
  });

  it('is read no faster than the client takes it, and no further once the client has left', async () => {
    using watch = watchPages();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(target.url + path, { headers: headers() }, resolve)
        .once('error', reject)
        .end();
    });
    response.once('error', () => undefined);
    response.pause();
    // The server has stopped by itself once it answers another question without having read on.
    let before = -1;
    await vi.waitFor(
      () => {
        const now = watch.pages();
        const isStill = now === before;
        before = now;
        expect(isStill).toBe(true);
      },
      { interval: 300, timeout: 20_000 },
    );
    expect(watch.pages()).toBeLessThan(EVENTS / 1000);
    response.destroy();
    const { items } = await person.api('GET /api/usage/events', { query: { limit: 1 } });
    expect(items).toHaveLength(0);
    expect(watch.pages()).toBe(before + 1);
  });

  it('asked for by HEAD reads no further than its first page', async () => {
    using watch = watchPages();
    const response = await read('HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toBe('');
    await person.api('GET /api/usage/events', { query: { limit: 1 } });
    expect(watch.pages()).toBe(2);
  });
});
