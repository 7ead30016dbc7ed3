import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { forgetEndedSessions } from './sessions.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe.each(testEngines())('a session on $engine', (engine) => {
  let target: TestServer;
  beforeAll(async () => {
    target = await startTestServer(engine);
  });
  afterAll(() => target.dispose());
  afterEach(() => {
    vi.useRealTimers();
  });

  const statusOf = async (with_: { token?: string; cookie?: string }) =>
    (await target.call('GET /api/me', with_)).status;
  const travel = (ms: number): void => {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + ms);
  };
  const signInAgain = async ({ email, password }: Person) => {
    const reply = await target.call('POST /api/login', {
      body: { email, password },
      headers: { 'user-agent': 'Second browser' },
    });
    return { token: String(reply.json.access_token), cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };

  it('is another one at every sign-in, with a token of 256 random bits', async () => {
    const person = await target.newPerson();
    const again = await signInAgain(person);
    expect(again.cookie).toMatch(/^akm_session=[\w-]{43}$/);
    expect(again.cookie).not.toBe(person.cookie);
    // A session that the browser brings along is not taken over (fixation).
    const planted = await target.call('POST /api/login', {
      body: { email: person.email, password: person.password },
      cookie: again.cookie,
    });
    expect(planted.headers.get('set-cookie')?.split(';')[0]).not.toBe(again.cookie);
  });

  it('ends with its cookie and its access token when it signs out', async () => {
    const person = await target.newPerson();
    const other = await signInAgain(person);
    const reply = await target.call('POST /api/logout', { cookie: person.cookie });
    expect(reply.status).toBe(204);
    expect(reply.headers.get('set-cookie')).toBe('akm_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
    expect(await statusOf({ cookie: person.cookie })).toBe(401);
    expect(await statusOf({ token: person.token })).toBe(401);
    expect(await statusOf(other)).toBe(200);
  });

  it('ends after seven days without a call, and lives on when it is used', async () => {
    const idle = await target.newPerson();
    const used = await target.newPerson();
    travel(6 * DAY_MS);
    expect(await statusOf({ cookie: used.cookie })).toBe(200);
    travel(1 * DAY_MS);
    expect(await statusOf({ cookie: idle.cookie })).toBe(401);
    travel(4 * DAY_MS);
    expect(await statusOf({ cookie: used.cookie })).toBe(200);
  });

  it('ends after thirty days however much it is used', async () => {
    const { cookie } = await target.newPerson();
    for (let day = 0; day < 29; day += 6) {
      expect(await statusOf({ cookie })).toBe(200);
      travel(6 * DAY_MS - MINUTE_MS);
    }
    travel(6 * MINUTE_MS);
    expect(await statusOf({ cookie })).toBe(401);
  });

  it('gives an access token of fifteen minutes', async () => {
    const { token, cookie } = await target.newPerson();
    travel(15 * MINUTE_MS - 5000);
    expect(await statusOf({ token })).toBe(200);
    travel(6000);
    expect(await statusOf({ token })).toBe(401);
    expect(await statusOf({ cookie })).toBe(200);
  });

  it('is listed to its owner alone, without its token', async () => {
    const person = await target.newPerson();
    const again = await signInAgain(person);
    const { items } = await person.api('GET /api/sessions');
    expect(items).toHaveLength(2);
    expect(items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    expect(items.find(({ isCurrent }) => !isCurrent)).toMatchObject({ userAgent: 'Second browser', ip: '127.0.0.1' });
    expect(JSON.stringify(items)).not.toContain(again.cookie.split('=')[1]);
    const stranger = await target.newPerson();
    expect((await stranger.api('GET /api/sessions')).items).toHaveLength(1);
  });

  it('is ended by its owner from another one, at once and for good', async () => {
    const person = await target.newPerson();
    const other = await signInAgain(person);
    const { items } = await person.api('GET /api/sessions');
    const id = items.find(({ isCurrent }) => !isCurrent)?.id ?? '';
    expect((await target.call(`DELETE /api/sessions/${id}`, { token: person.token })).status).toBe(204);
    expect(await statusOf({ token: other.token })).toBe(401);
    expect(await statusOf({ cookie: other.cookie })).toBe(401);
    expect((await target.call(`DELETE /api/sessions/${id}`, { token: person.token })).status).toBe(404);
    expect((await person.api('GET /api/sessions')).items).toHaveLength(1);
  });

  it("is not ended by a stranger's call, and ending all others leaves strangers alone", async () => {
    const [person, stranger] = [await target.newPerson(), await target.newPerson()];
    const { items } = await person.api('GET /api/sessions');
    expect((await target.call(`DELETE /api/sessions/${items[0]?.id}`, { token: stranger.token })).status).toBe(404);
    const other = await signInAgain(person);
    expect((await target.call('DELETE /api/sessions', { token: person.token })).status).toBe(204);
    expect(await statusOf(other)).toBe(401);
    expect(await statusOf(person)).toBe(200);
    expect(await statusOf(stranger)).toBe(200);
  });

  it('is refused for a cookie of another shape or another token', async () => {
    for (const cookie of ['akm_session=', 'akm_session=x', `akm_session=${'A'.repeat(43)}`, "akm_session=' or 1=1"]) {
      expect(await statusOf({ cookie })).toBe(401);
    }
  });

  it('of a good cookie does not excuse a wrong Authorization header', async () => {
    const { cookie } = await target.newPerson();
    for (const authorization of ['Bearer nonsense', 'Basic YTpi', 'Bearer', `Bearer ' or '1'='1`]) {
      const reply = await target.call('GET /api/me', { cookie, headers: { authorization } });
      expect(reply.status).toBe(401);
    }
  });

  it('is forgotten a week after its time, however it ended, so that its network stays known for thirty days; a living one is not', async () => {
    const gone = await target.newPerson();
    const alive = await target.newPerson();
    await gone.api('POST /api/logout');
    const { services } = target.server;
    const rows = services.database.kysely.updateTable('sessions');
    await rows
      .set({ expires_at: Date.now() + 60 * DAY_MS })
      .where('user_id', '=', brand<'User'>(alive.userId))
      .execute();
    await forgetEndedSessions(services, Date.now() + 37 * DAY_MS - MINUTE_MS);
    const count = async (userId: string) =>
      (await services.database.kysely.selectFrom('sessions').selectAll().execute()).filter(
        ({ user_id }) => user_id === userId,
      ).length;
    expect(await count(gone.userId)).toBe(1);
    await forgetEndedSessions(services, Date.now() + 37 * DAY_MS + MINUTE_MS);
    expect(await count(gone.userId)).toBe(0);
    expect(await count(alive.userId)).toBe(1);
  });
});

describe('the session cookie', () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');

  it('cannot be read by scripts nor sent along by other sites, and ends with the session', async () => {
    const target = await startTestServer(engine);
    try {
      const { email, password } = await target.newPerson();
      const { headers, json } = await target.call('POST /api/login', { body: { email, password } });
      const [pair = '', ...attributes] = headers.get('set-cookie')?.split('; ') ?? [];
      expect(attributes).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=2592000']);
      expect(JSON.stringify(json)).not.toContain(pair.split('=')[1]);
    } finally {
      await target.dispose();
    }
  });

  it('belongs to this host and to https alone where PUBLIC_URL is https', async () => {
    const target = await startTestServer(engine, { PUBLIC_URL: 'https://keys.example.com' });
    try {
      const { email, password } = await target.newPerson();
      const { headers } = await target.call('POST /api/login', { body: { email, password } });
      const cookie = headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(
        /^__Host-akm_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000$/,
      );
      const [pair = ''] = cookie.split(';');
      expect((await target.call('GET /api/me', { cookie: pair })).status).toBe(200);
      expect((await target.call('GET /api/me', { cookie: pair.replace('__Host-', '') })).status).toBe(401);
    } finally {
      await target.dispose();
    }
  });
});
