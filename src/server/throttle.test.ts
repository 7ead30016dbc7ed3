import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../testing/test-database.ts';
import { makePassword, type Person, startTestServer, type TestServer } from '../testing/test-server.ts';

const [engine] = testEngines();
let target: TestServer;
let person: Person;

beforeEach(async () => {
  if (engine === undefined) throw new Error('no engine to test on');
  // The tests stand behind a proxy, so that they can come from many addresses.
  target = await startTestServer(engine, { TRUSTED_PROXIES: '127.0.0.1' });
  person = await target.newPerson();
});
afterEach(async () => {
  vi.useRealTimers();
  await target.dispose();
});

const login = (email: string, password: string, from: string) =>
  target.call('POST /api/login', { body: { email, password }, headers: { 'x-forwarded-for': from } });

describe('guessing a password', () => {
  it('ends after five tries from one address, says when to come back, and does not lock out the owner', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await login(person.email, makePassword(), '203.0.113.1')).status).toBe(401);
    }
    const refused = await login(person.email, person.password, '203.0.113.1');
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ error: { code: 'too_many_attempts' } });
    const waitSeconds = Number(refused.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(800);
    expect(waitSeconds).toBeLessThanOrEqual(900);
    expect((await login(person.email, person.password, '203.0.113.2')).status).toBe(200);
    expect((await login(person.email, person.password, '203.0.113.1')).status).toBe(429);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + (waitSeconds + 1) * 1000);
    expect((await login(person.email, person.password, '203.0.113.1')).status).toBe(200);
  });

  it('ends for one address after fifty tries, whatever the accounts, and they may run at once', async () => {
    const emails = Array.from({ length: 60 }, (_, index) => `nobody-${index}@example.com`);
    const replies = await Promise.all(emails.map((email) => login(email, makePassword(), '203.0.113.9')));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(50);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(10);
    expect((await login(person.email, person.password, '203.0.113.10')).status).toBe(200);
  });

  it('counts an IPv6 network of 64 bits as one address', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await login(person.email, makePassword(), `2001:db8:1:2::${attempt + 1}`)).status).toBe(401);
    }
    expect((await login(person.email, person.password, '2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await login(person.email, person.password, '2001:db8:1:3::1')).status).toBe(200);
  });

  it('shares one counter over all forms of an e-mail', async () => {
    const forms = [person.email.toUpperCase(), ` ${person.email}`, `${person.email}\t`, person.email];
    for (const form of [...forms, person.email.replace('example', 'ｅxample')]) {
      expect((await login(form, makePassword(), '203.0.113.1')).status).toBe(401);
    }
    expect((await login(person.email.replace('com', 'COM'), person.password, '203.0.113.1')).status).toBe(429);
  });

  it('is counted before the slow check, so that parallel guesses do not slip through', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => login(person.email, makePassword(), '203.0.113.1')),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('starts anew after the right password', async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) await login(person.email, makePassword(), '203.0.113.1');
    expect((await login(person.email, person.password, '203.0.113.1')).status).toBe(200);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await login(person.email, makePassword(), '203.0.113.1')).status).toBe(401);
    }
  });

  it('from twenty networks shuts no owner out of a network of theirs, but everybody new', async () => {
    const own = '2001:db8:77:1::1';
    expect((await login(person.email, person.password, own)).status).toBe(200);
    for (let network = 1; network <= 20; network += 1) {
      const from = `2001:db8:aa:${network.toString(16)}::1`;
      await Promise.all(Array.from({ length: 5 }, () => login(person.email, makePassword(), from)));
    }
    expect((await login(person.email, person.password, '2001:db8:99::1')).status).toBe(429);
    expect((await login(person.email, person.password, '2001:db8:77:1::2')).status).toBe(200);
    for (let attempt = 0; attempt < 5; attempt += 1) await login(person.email, makePassword(), own);
    expect((await login(person.email, person.password, own)).status).toBe(429);
  }, 60_000);

  it('shuts a network out again thirty days after the last sign-in from it', async () => {
    const { throttles, database } = target.server.services;
    const own = '203.0.113.77';
    await login(person.email, person.password, own);
    for (let point = 0; point < 100; point += 1) await throttles.take('signInForAccount', person.email);
    const longAgo = Date.now() - 31 * 24 * 60 * 60 * 1000;
    expect((await login(person.email, person.password, own)).status).toBe(200);
    await database.kysely.updateTable('sessions').set({ created_at: longAgo }).execute();
    expect((await login(person.email, person.password, own)).status).toBe(429);
  });

  it('ends for one address after fifty wrong passwords, whatever the accounts, and for nobody else', async () => {
    const { throttles } = target.server.services;
    for (let attempt = 0; attempt < 50; attempt += 1) await throttles.take('signInByAddress', '203.0.113.9');
    expect((await login(person.email, person.password, '203.0.113.9')).status).toBe(429);
    expect((await login(person.email, person.password, '203.0.113.8')).status).toBe(200);
  });

  it('with the current password of a session ends after five tries', async () => {
    const confirm = (password: string) =>
      target.call('POST /api/me/confirm', { token: person.token, body: { password } });
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await confirm(makePassword())).status).toBe(403);
    const refused = await confirm(person.password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is counted apart for accounts that do not exist, which look the same from outside', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await login('nobody@example.com', makePassword(), '203.0.113.1')).status).toBe(401);
    }
    expect((await login('nobody@example.com', makePassword(), '203.0.113.1')).status).toBe(429);
    expect((await login(person.email, person.password, '203.0.113.1')).status).toBe(200);
  });
});

describe('X-Forwarded-For', () => {
  const seenAddress = async (from: TestServer, forwarded: string): Promise<unknown> => {
    const { email, password } = await from.newPerson();
    const headers = { 'x-forwarded-for': forwarded };
    const { json } = await from.call('POST /api/login', { body: { email, password }, headers });
    const { json: list } = await from.call('GET /api/sessions', { token: json.access_token });
    return list.items.find((session: { isCurrent: boolean }) => session.isCurrent)?.ip;
  };

  it('from a trusted proxy names the caller: the last address that is no proxy of ours', async () => {
    expect(await seenAddress(target, '203.0.113.7')).toBe('203.0.113.7');
    expect(await seenAddress(target, '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
    expect(await seenAddress(target, '203.0.113.7, 127.0.0.1')).toBe('203.0.113.7');
  });

  it('from anybody else is ignored', async () => {
    if (engine === undefined) throw new Error('no engine to test on');
    for (const environment of [{}, { TRUSTED_PROXIES: '192.0.2.0/24' }]) {
      const other = await startTestServer(engine, environment);
      try {
        expect(await seenAddress(other, '203.0.113.7')).toBe('127.0.0.1');
      } finally {
        await other.dispose();
      }
    }
  });
});
