import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('a key after a failure', () => {
  let test: GatewayFixture;
  /** Another host. */
  let elsewhere: FakeProvider;
  let tenant: Tenant;
  let laterMs = 0;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    elsewhere = await startFakeProvider();
  });
  beforeEach(async () => {
    test.fake.reset();
    elsewhere.reset();
    tenant = await newTenant(test);
    laterMs = 0;
    // The gateway measures rests by this clock alone.
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await test.dispose();
    await elsewhere.close();
  });

  const ask = (secret: string, body: object = chat) => test.ask(path, { secret, body });
  const issueFor = async (...ids: string[]) => {
    const pool = ids.map((keyId, index) => ({ keyId, priority: index + 1, weight: 1 }));
    return (await tenant.issue({ keyIds: ids, pool })).secret;
  };
  const addElsewhere = () => tenant.addKey('openai', 'valid', { baseUrl: elsewhere.urlOf('openai') });
  const asked = () => [test.fake.requests.length, elsewhere.requests.length];

  it('of its own rests; with all resting, calls are refused at once with reasons and a time', async () => {
    const refused = await tenant.addKey('openai', 'invalid', { name: 'Old one' });
    const empty = await tenant.addKey('openai', 'no_quota', { name: 'Empty one' });
    const secret = await issueFor(refused, empty);
    await ask(secret);
    expect(asked()).toEqual([2, 0]);
    const reply = await ask(secret);
    expect(reply).toMatchObject({ status: 503, json: { error: { code: 'no_key_available' } } });
    expect(reply.json.error.message).toContain(
      'Old one: the provider refuses the key; Empty one: its quota is used up',
    );
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(50);
    expect(reply.headers['x-should-retry']).toBe('true');
    expect(asked(), 'nobody was asked').toEqual([2, 0]);
  });

  it('is asked again after its rest, and rests twice as long when it fails again', async () => {
    const secret = await issueFor(await tenant.addKey('openai', 'invalid'));
    await ask(secret);
    laterMs += 59_000;
    expect((await ask(secret)).status).toBe(503);
    laterMs += 1_500;
    expect((await ask(secret)).json.error.code).toBe('upstream_key_refused');
    laterMs += 61_000;
    expect((await ask(secret)).status).toBe(503);
    expect(asked()).toEqual([2, 0]);
  });

  it('works at once when it is given a new secret', async () => {
    const id = await tenant.addKey('openai', 'invalid');
    const secret = await issueFor(id);
    await ask(secret);
    expect((await ask(secret)).status).toBe(503);
    await tenant.person.api('PUT /api/keys/{id}', {
      params: { id },
      body: { secret: test.fake.secret('valid') },
    });
    expect((await ask(secret)).status).toBe(200);
  });

  it('that is limited rests for this model alone, and as long as the provider asks', async () => {
    test.fake.configure({ retryAfterSeconds: 300 });
    const upstream = test.fake.secret('valid');
    const secret = await issueFor(await tenant.addKey('openai', 'valid', { secret: upstream }));
    const limited = { error: { code: 'rate_limit_exceeded', message: 'Slow down.' } };
    test.fake.respondTo(
      { model: 'gpt-4o', times: 1 },
      { httpStatus: 429, headers: { 'retry-after': '300' }, body: limited },
    );
    const told = await ask(secret);
    expect(told).toMatchObject({ status: 429, json: limited });
    expect(told.headers['retry-after']).toBe('300');
    const reply = await ask(secret);
    expect(reply.status).toBe(503);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(295);
    expect((await ask(secret, { ...chat, model: 'gpt-4o-mini' })).status).toBe(200);
    laterMs += 299_000;
    expect((await ask(secret)).status).toBe(503);
    laterMs += 2_000;
    expect((await ask(secret)).status).toBe(200);
  });

  it('of the host rests the host after three in a row, which is then asked last', async () => {
    const secret = await issueFor(await tenant.addKey('openai', 'overloaded'), await addElsewhere());
    for (let count = 0; count < 3; count += 1) expect((await ask(secret)).status).toBe(200);
    expect(asked()).toEqual([3, 3]);
    // Also for a key that never failed itself.
    const other = await issueFor(await tenant.addKey('openai'), await addElsewhere());
    expect((await ask(other)).status).toBe(200);
    expect(asked()).toEqual([3, 4]);
    laterMs += 2_500;
    expect((await ask(other)).status).toBe(200);
    expect(asked()).toEqual([4, 4]);
  });

  it('of the host with no other host left is asked all the same: no key is blacklisted for an overload', async () => {
    const upstream = test.fake.secret('valid');
    const secret = await issueFor(await tenant.addKey('openai', 'valid', { secret: upstream }));
    test.fake.accounts.set(upstream, { behaviour: 'overloaded' });
    for (let count = 0; count < 5; count += 1) expect((await ask(secret)).json.error.code).toBe('server_is_overloaded');
    expect(asked()).toEqual([5, 0]);
    test.fake.accounts.clear();
    expect((await ask(secret)).status).toBe(200);
  });

  it('is forgiven by a success: only failures in a row count', async () => {
    const upstream = test.fake.secret('valid');
    const secret = await issueFor(await tenant.addKey('openai', 'valid', { secret: upstream }), await addElsewhere());
    for (let round = 0; round < 4; round += 1) {
      test.fake.respondTo({ times: 2 }, { httpStatus: 500, body: { error: { message: 'Oops.' } } });
      for (let count = 0; count < 3; count += 1) expect((await ask(secret)).status).toBe(200);
    }
    expect(asked(), 'each call asked the first host first').toEqual([12, 8]);
  });

  it('that three keys share within seconds is the host’s, so the fourth one is spared', async () => {
    test.fake.configure({ retryAfterSeconds: 30 });
    for (let count = 0; count < 3; count += 1) await ask(await issueFor(await tenant.addKey('openai', 'rate_limited')));
    const secret = await issueFor(await tenant.addKey('openai'), await addElsewhere());
    expect((await ask(secret)).status).toBe(200);
    expect(asked()).toEqual([3, 1]);
  });
});
