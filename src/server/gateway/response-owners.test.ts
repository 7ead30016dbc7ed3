import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { createResponseOwners } from './response-owners.ts';
import { CallStop } from './running-calls.ts';

const path = '/v1/responses';
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');
const owner = { virtualKeyId: brand<'VirtualKey'>('vk_one'), credentialId: brand<'Credential'>('key_one') };
const never = () => new Promise<null>(() => undefined);

describe('a response that is gone on from', () => {
  let test: GatewayFixture;
  let secret: string;
  let virtualKeyId: string;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    await test.addKey('openai');
    const issued = await test.issue();
    secret = issued.secret;
    virtualKeyId = issued.virtualKey.id;
  });
  afterAll(() => test.dispose());

  const goOn = (id: string) =>
    test.ask(path, { secret, body: { model: 'gpt-4o', input: 'And?', previous_response_id: id } });

  it('is known at once while it is fresh, whatever the database does', async () => {
    const made = await test.ask(path, { secret, body: { model: 'gpt-4o', input: 'Hi' } });
    const asking = vi.spyOn(test.target.server.services.usage, 'ask').mockImplementation(never);
    expect((await goOn(made.json.id)).status).toBe(200);
    expect(asking).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it.each([
    ['cannot be reached', new AppError('unavailable')],
    ['fails', new Error('disk I/O error')],
  ])('is refused for the moment when it is older and the database %s, and not by an error', async (_, problem) => {
    vi.spyOn(test.target.server.services.usage, 'ask').mockRejectedValue(problem);
    const before = test.fake.requests.length;
    const reply = await goOn('resp_older');
    expect(reply).toMatchObject({ status: 503, json: { error: { code: 'unavailable' } } });
    expect(reply.json.error.message).toContain('response');
    expect(reply.headers).toMatchObject({ 'retry-after': '5', 'x-should-retry': 'true' });
    expect(test.fake.requests).toHaveLength(before);
    vi.restoreAllMocks();
  });

  it('keeps no call of a key that is revoked while the database is asked', async () => {
    vi.spyOn(test.target.server.services.usage, 'ask').mockImplementation(never);
    const reply = goOn('resp_older');
    const { concurrency } = test.target.server.services.limits;
    await vi.waitFor(() => expect(test.target.server.services.usage.ask).toHaveBeenCalled());
    await test.person.api('DELETE /api/virtual-keys/{id}', { params: { id: virtualKeyId } });
    expect(await reply).toMatchObject({ status: 401, json: { error: { code: 'virtual_key_unknown' } } });
    await vi.waitFor(() => expect(concurrency.count(virtualKeyId)).toBe(0));
    vi.restoreAllMocks();
  });
});

describe.each(testEngines())('a response of which somebody else has an equal one, on $engine', (engine) => {
  let test: GatewayFixture;
  let tenant: Tenant;
  const upstreams: LoopbackServer[] = [];
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    tenant = await newTenant(test);
  });
  afterAll(async () => {
    await test.dispose();
    for (const upstream of upstreams) await upstream.close();
  });

  /** A key of a provider that gives every response the same id; what it is asked for is kept. */
  const addKeyOf = async (who: Tenant, id: string) => {
    const asked: string[] = [];
    const upstream = await startLoopbackServer(async (incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      for await (const _ of incoming);
      const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id, object: 'response', status: 'completed', output: [], usage }));
    });
    upstreams.push(upstream);
    return { keyId: await who.addKeyAt(upstream.port), asked };
  };
  const issue = async (who: Tenant, keyId: string) => {
    const { secret, virtualKey } = await who.issue({ keyIds: [keyId] });
    return {
      make: async () => who.attempts(await test.ask(path, { secret, body: { model: 'gpt-4o', input: 'Hi' } })),
      read: (id: string) => test.ask(`${path}/${id}`, { secret }),
      /** Where the database says that the response lives: what is asked once the memory has lost it. */
      lookUp: (responseId: string) =>
        test.target.server.services.usage.ask('responseOwner', { responseId, virtualKeyId: virtualKey.id }),
    };
  };

  it.each(['another workspace', 'another virtual key'])('stays readable, and the one of %s is another', async (who) => {
    const id = `resp_${who.length}`;
    const rival = who === 'another workspace' ? await newTenant(test) : tenant;
    const [one, other] = [await addKeyOf(tenant, id), await addKeyOf(rival, id)];
    const [maker, second] = [await issue(tenant, one.keyId), await issue(rival, other.keyId)];
    await maker.make();
    for (let time = 0; time < 3; time += 1) await second.make();
    expect((await maker.read(id)).status).toBe(200);
    expect(one.asked).toEqual(['POST /v1/responses', `GET /v1/responses/${id}`]);
    expect((await second.read(id)).status).toBe(200);
    expect(one.asked).toHaveLength(2);
    expect(other.asked.at(-1)).toBe(`GET /v1/responses/${id}`);
    expect(await maker.lookUp(id)).toBe(one.keyId);
    expect(await second.lookUp(id)).toBe(other.keyId);
  });

  it("stays its first maker's at one provider key, and the second gets nothing of it", async () => {
    const { keyId, asked } = await addKeyOf(tenant, 'resp_same');
    const [maker, second] = [await issue(tenant, keyId), await issue(tenant, keyId)];
    await maker.make();
    await second.make();
    const refused = await second.read('resp_same');
    expect(refused).toMatchObject({ status: 404, json: { error: { code: 'response_not_found' } } });
    expect(asked).toHaveLength(2);
    expect((await maker.read('resp_same')).status).toBe(200);
    expect(await maker.lookUp('resp_same')).toBe(keyId);
    expect(await second.lookUp('resp_same')).toBeNull();
  });

  it('is the first one of a virtual key that has two of them', async () => {
    const [one, other] = [await addKeyOf(tenant, 'resp_two'), await addKeyOf(tenant, 'resp_two')];
    const pool = [one, other].map(({ keyId }, index) => ({ keyId, priority: index + 1, weight: 1 }));
    const { secret, virtualKey } = await tenant.issue({ keyIds: [one.keyId, other.keyId], pool });
    const make = async () => tenant.attempts(await test.ask(path, { secret, body: { model: 'gpt-4o', input: 'Hi' } }));
    await make();
    await tenant.person.api('PUT /api/virtual-keys/{id}', {
      params: { id: virtualKey.id },
      body: {
        keyIds: [one.keyId, other.keyId],
        pool: pool.map((member) => ({ ...member, priority: 3 - member.priority })),
      },
    });
    await make();
    expect(other.asked).toEqual(['POST /v1/responses']);
    expect((await test.ask(`${path}/resp_two`, { secret })).status).toBe(200);
    expect(one.asked).toEqual(['POST /v1/responses', 'GET /v1/responses/resp_two']);
    const { usage } = test.target.server.services;
    expect(await usage.ask('responseOwner', { responseId: 'resp_two', virtualKeyId: virtualKey.id })).toBe(one.keyId);
  });
});

describe('the owners of responses', () => {
  const asked = (responseId: string) => ({ responseId, virtualKeyId: owner.virtualKeyId });

  it('are asked for with a deadline, after which the call goes no further', async () => {
    vi.useFakeTimers();
    const found = createResponseOwners(never).find(asked('resp_1'), new CallStop());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await found).toBe('unanswered');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('are found by the question, and remembered by note, without waiting', async () => {
    const owners = createResponseOwners(async ({ responseId }) =>
      responseId === 'resp_1' ? owner.credentialId : null,
    );
    expect(await owners.find(asked('resp_1'), new CallStop())).toBe(owner.credentialId);
    expect(await owners.find(asked('resp_2'), new CallStop())).toBeNull();
    owners.note('resp_3', owner);
    expect(owners.find(asked('resp_3'), new CallStop())).toBe(owner.credentialId);
  });

  it('are asked for so often at once and no more, for an absent database answers nobody', async () => {
    let questions = 0;
    const owners = createResponseOwners(() => {
      questions += 1;
      return never();
    });
    const stop = new CallStop();
    const answers = Array.from({ length: 300 }, async (_, number) => owners.find(asked(`resp_${number}`), stop));
    expect(questions).toBe(200);
    expect(await answers.at(-1)).toBe('unanswered');
    stop.stop();
    expect(await Promise.all(answers)).toEqual(answers.map(() => 'unanswered'));
  });
});
