import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FakeBehaviour } from '../../testing/fake-provider/settings.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { brand } from '../ids.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };

const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the way of a call to a key', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    test.fake.reset();
    tenant = await newTenant(test);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => test.dispose());

  const ask = (secret: string, body: object = chat) => test.ask(path, { secret, body });
  const inOrder = (ids: readonly string[]) => ids.map((keyId, index) => ({ keyId, priority: index + 1, weight: 1 }));
  const issueFor = async (ids: readonly string[]) =>
    (await tenant.issue({ keyIds: [...ids], pool: inOrder(ids) })).secret;
  const askedSecrets = () => test.fake.requests.map(({ behaviour }) => behaviour);
  /** As the row would be after a fault of the disk; in force with the next change. */
  const damage = async (id: string) => {
    const { kysely } = test.target.server.services.database;
    const versions = kysely.updateTable('credential_versions').set({ envelope: 'not an envelope' });
    await versions.where('credential_id', '=', brand<'Credential'>(id)).execute();
  };
  const refusedPort = async (): Promise<number> => {
    const server = await startLoopbackServer(() => undefined);
    await server.close();
    return server.port;
  };

  describe('goes on to the next key before the first byte', () => {
    it.each<[string, string, FakeBehaviour, number | null, string]>([
      ['is refused', 'openai', 'invalid', 401, 'invalid_key'],
      ['may not', 'openai', 'forbidden', 403, 'forbidden'],
      ['has no quota left', 'openai', 'no_quota', 429, 'quota_exhausted'],
      ['has no credit left', 'openrouter', 'no_quota', 402, 'quota_exhausted'],
      ['is limited', 'openai', 'rate_limited', 429, 'rate_limited'],
      ['is overloaded', 'openai', 'overloaded', 503, 'overloaded'],
      ['breaks off before a head', 'openai', 'disconnect', null, 'network'],
      ['answers with a redirect', 'openai', 'redirect', 302, 'redirected'],
    ])('when the first one %s (%s)', async (_, provider, behaviour, httpStatus, errorCode) => {
      const model = provider === 'openrouter' ? 'openai/gpt-4o' : 'gpt-4o';
      const ids = [await tenant.addKey(provider, behaviour), await tenant.addKey(provider)];
      const reply = await ask(await issueFor(ids), { ...chat, model });
      expect(reply.status).toBe(200);
      const attempts = await tenant.attempts(reply);
      expect(attempts).toMatchObject([
        { attempt: 1, keyId: ids[0], isFinal: false, httpStatus, errorCode, outputTokens: 0 },
        { attempt: 2, keyId: ids[1], isFinal: true, httpStatus: 200, errorCode: null, outcome: 'ok', outputTokens: 8 },
      ]);
      expect(attempts[0]?.outcome).not.toBe('ok');
      expect(test.fake.totals()).toMatchObject({ requests: 2, billedRequests: 1 });
      expect(new Set(attempts.map(({ requestId }) => requestId)).size).toBe(1);
    });

    it.each([
      [500, 'provider_error'],
      [502, 'provider_error'],
      [504, 'timeout'],
      [529, 'overloaded'],
    ])('when the first one answers %i', async (httpStatus, errorCode) => {
      const ids = [await tenant.addKey('openai', 'valid', { secret: 'sk-first' }), await tenant.addKey('openai')];
      test.fake.respondTo({ secret: 'sk-first' }, { httpStatus, body: { error: { message: 'No.' } } });
      const reply = await ask(await issueFor(ids));
      expect(reply.status).toBe(200);
      expect(await tenant.attempts(reply)).toMatchObject([
        { httpStatus, errorCode, costUsd: '0.000000000' },
        { attempt: 2 },
      ]);
    });

    it('when nobody listens at the first one, and when it does not know the model', async () => {
      const gone = await tenant.addKeyAt(await refusedPort());
      const other = await tenant.addKey('openai', 'valid', { secret: 'sk-other' });
      const body = { error: { code: 'model_not_found', message: 'The model `gpt-4o` does not exist.' } };
      test.fake.respondTo({ secret: 'sk-other' }, { httpStatus: 404, body });
      const reply = await ask(await issueFor([gone, other, await tenant.addKey('openai')]));
      expect(reply.status).toBe(200);
      expect(await tenant.attempts(reply)).toMatchObject([
        { outcome: 'unreachable', errorCode: 'connection_refused', httpStatus: null, isFinal: false },
        { outcome: 'error', errorCode: 'unknown_model', httpStatus: 404, isFinal: false },
        { outcome: 'ok', isFinal: true },
      ]);
    });

    it('four times at most, and then says what the last one said', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) ids.push(await tenant.addKey('openai', 'no_quota'));
      const reply = await ask(await issueFor(ids));
      expect(reply).toMatchObject({ status: 429, json: { error: { code: 'insufficient_quota' } } });
      const attempts = await tenant.attempts(reply);
      expect(attempts.map(({ attempt, isFinal }) => [attempt, isFinal])).toEqual([
        [1, false],
        [2, false],
        [3, false],
        [4, true],
      ]);
      expect(test.fake.requests).toHaveLength(4);
    });

    it('which is one request of several attempts', async () => {
      const ids = [await tenant.addKey('openai', 'no_quota'), await tenant.addKey('openai')];
      await ask(await issueFor(ids));
      const { totals } = await tenant.person.api('GET /api/usage/summary', { query: { groupBy: 'key' } });
      expect(totals).toMatchObject({ requests: 1, attempts: 2, outputTokens: 8 });
    });

    it('only until a minute has passed', async () => {
      const ids = [await tenant.addKey('openai', 'valid', { secret: 'sk-late' }), await tenant.addKey('openai')];
      const now = performance.now.bind(performance);
      test.fake.respondTo({ secret: 'sk-late' }, () => {
        vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_001);
        return { httpStatus: 500, body: { error: { message: 'Late.' } } };
      });
      const reply = await ask(await issueFor(ids));
      expect(reply).toMatchObject({ status: 500, json: { error: { message: 'Late.' } } });
      vi.restoreAllMocks();
      expect(await tenant.attempt(reply)).toMatchObject({ attempt: 1, isFinal: true, httpStatus: 500 });
    });
  });

  describe('does not go on', () => {
    it.each([
      ['bad_request', 400, { error: { type: 'invalid_request_error', message: "'messages' is required." } }],
      ['context_too_long', 400, { error: { code: 'context_length_exceeded', message: 'Too long.' } }],
      ['content_filtered', 400, { error: { code: 'content_filter', message: 'Filtered.' } }],
    ])('for a fault of the request itself: %s', async (errorCode, httpStatus, body) => {
      const ids = [await tenant.addKey('openai'), await tenant.addKey('openai')];
      test.fake.respondTo({ path: '/openai/*' }, { httpStatus, body });
      const secret = await issueFor(ids);
      const reply = await ask(secret);
      expect(reply.status).toBe(httpStatus);
      expect(reply.text).toBe(JSON.stringify(body));
      expect(await tenant.attempt(reply)).toMatchObject({ errorCode, outcome: 'error', costUsd: '0.000000000' });
      test.fake.reset();
      expect((await ask(secret)).status, 'no key rests for it').toBe(200);
      expect((await tenant.attempts({ virtualKeyId: (await tenant.attempt(reply)).virtualKeyId })).at(-1)?.keyId).toBe(
        ids[0],
      );
    });

    it('once a byte of the reply has left: a cut is a cut', async () => {
      const cutting = test.fake.secret('valid');
      const ids = [await tenant.addKey('openai', 'valid', { secret: cutting }), await tenant.addKey('openai')];
      test.fake.accounts.set(cutting, { settings: { cutAfterFrames: 4 } });
      const reply = await ask(await issueFor(ids), { ...chat, stream: true });
      expect(reply).toMatchObject({ status: 200, isCut: true });
      expect(reply.text).not.toContain('[DONE]');
      expect(await tenant.attempt(reply)).toMatchObject({ outcome: 'upstream_gone', isFinal: true });
      expect(test.fake.requests).toHaveLength(1);
    });

    it('with a single key, but for a connection that broke before any reply', async () => {
      const overloaded = await issueFor([await tenant.addKey('openai', 'overloaded')]);
      expect((await ask(overloaded)).status).toBe(503);
      expect(test.fake.requests).toHaveLength(1);
      const broken = await ask(await issueFor([await tenant.addKey('openai', 'disconnect')]));
      expect(broken).toMatchObject({ status: 502, json: { error: { code: 'upstream_unreachable' } } });
      expect(await tenant.attempts(broken)).toMatchObject([
        { outcome: 'unreachable', isFinal: false },
        { outcome: 'unreachable', isFinal: true },
      ]);
    });
  });

  describe('is chosen', () => {
    it('by weight among equals', async () => {
      const [often, seldom] = [await tenant.addKey('openai'), await tenant.addKey('openai')];
      const pool = [
        { keyId: often, priority: 1, weight: 3 },
        { keyId: seldom, priority: 1, weight: 1 },
      ];
      const { secret } = await tenant.issue({ keyIds: [often, seldom], pool });
      const calls = 200;
      await Promise.all(Array.from({ length: calls }, () => ask(secret)));
      const secrets = Map.groupBy(test.fake.requests, (request) => request.secret);
      expect(secrets.size).toBe(2);
      const most = Math.max(...[...secrets.values()].map((requests) => requests.length));
      // Five standard deviations around three quarters.
      expect(most).toBeGreaterThan(118);
      expect(most).toBeLessThan(182);
    });

    it('by priority before weight', async () => {
      const [second, first] = [await tenant.addKey('openai'), await tenant.addKey('openai', 'no_quota')];
      const pool = [
        { keyId: second, priority: 2, weight: 1000 },
        { keyId: first, priority: 1, weight: 1 },
      ];
      const { secret } = await tenant.issue({ keyIds: [second, first], pool });
      for (let count = 0; count < 3; count += 1) expect((await ask(secret)).status).toBe(200);
      // The empty one is asked once, and rests then.
      expect(askedSecrets()).toEqual(['no_quota', 'valid', 'valid', 'valid']);
    });

    it('by what can be read and paid: the others stand in nobody’s way', async () => {
      const damaged = await tenant.addKey('openai');
      const spent = await tenant.addKey('openai', 'valid', { monthlyBudgetUsd: 0.000001 });
      await ask(await issueFor([spent]));
      test.fake.reset();
      await damage(damaged);
      const secret = await issueFor([
        damaged,
        spent,
        await tenant.addKey('openai', 'valid', { secret: 'sk-good-fake-valid' }),
      ]);
      expect((await ask(secret)).status).toBe(200);
      expect(test.fake.requests.map((request) => request.secret)).toEqual(['sk-good-fake-valid']);
      expect(await ask(await issueFor([damaged]))).toMatchObject({
        json: { error: { code: 'credential_unreadable' } },
      });
    });

    it('so that exactly one attempt is the final one, also when the next key cannot serve', async () => {
      const [failing, damaged] = [await tenant.addKey('openai', 'overloaded'), await tenant.addKey('openai')];
      const secret = await issueFor([failing, damaged]);
      await damage(damaged);
      await tenant.issue();
      const reply = await ask(secret);
      expect(reply.status).toBe(503);
      expect(reply.json.error.code).toBe('server_is_overloaded');
      expect(await tenant.attempt(reply)).toMatchObject({ isFinal: true, keyId: failing });
    });
  });
});
