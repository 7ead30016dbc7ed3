import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
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

describe('the owners of responses', () => {
  it('are asked for with a deadline, after which the call goes no further', async () => {
    vi.useFakeTimers();
    const found = createResponseOwners(never).find('resp_1', new CallStop());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await found).toBe('unanswered');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('are found by the question, and remembered by note, without waiting', async () => {
    const owners = createResponseOwners(async (id) => (id === 'resp_1' ? owner : null));
    expect(await owners.find('resp_1', new CallStop())).toEqual(owner);
    expect(await owners.find('resp_2', new CallStop())).toBeNull();
    owners.note('resp_3', owner);
    expect(owners.find('resp_3', new CallStop())).toEqual(owner);
  });

  it('are asked for so often at once and no more, for an absent database answers nobody', async () => {
    let asked = 0;
    const owners = createResponseOwners(() => {
      asked += 1;
      return never();
    });
    const stop = new CallStop();
    const answers = Array.from({ length: 300 }, async (_, number) => owners.find(`resp_${number}`, stop));
    expect(asked).toBe(200);
    expect(await answers.at(-1)).toBe('unanswered');
    stop.stop();
    expect(await Promise.all(answers)).toEqual(answers.map(() => 'unanswered'));
  });
});
