import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { budgetRulesOf } from './budgets.ts';

const NANO = 1_000_000_000;

describe.each(testEngines())('budgets of a virtual key on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());
  afterEach(() => {
    vi.useRealTimers();
  });

  const call = (request: string, body?: unknown, { token } = person) =>
    target.call(request, { token, ...(body === undefined ? {} : { body }) });
  const create = async (budgets: unknown[], by = person): Promise<string> => {
    const reply = await call('POST /api/virtual-keys', { name: 'Paid', keyIds: 'all', budgets }, by);
    return reply.json.virtualKey.id;
  };
  const topUp = (id: string, period: string, usd: number) =>
    call(`POST /api/virtual-keys/${id}/top-up`, { period, usd });
  const rowOf = (id: string) =>
    target.server.services.database.kysely
      .selectFrom('virtual_keys')
      .select(['id', 'budgets'])
      .where('id', '=', brand<'VirtualKey'>(id))
      .executeTakeFirstOrThrow();

  it('are rules named after the virtual key and the period', async () => {
    const id = await create([
      { usd: 12.5, period: 'month', timeZone: 'Asia/Shanghai' },
      { usd: 0.1, period: 'total' },
    ]);
    expect(budgetRulesOf(await rowOf(id))).toEqual([
      { id: `${id}:month`, period: 'month', timeZone: 'Asia/Shanghai', limitNanoUsd: 12.5 * NANO, topUps: [] },
      { id: `${id}:total`, period: 'total', timeZone: 'UTC', limitNanoUsd: 100_000_000, topUps: [] },
    ]);
  });

  it('show what is spent and what is held of each, and how many calls run', async () => {
    const id = await create([
      { usd: 2, period: 'total' },
      { usd: 9, period: 'month' },
    ]);
    const { budgets, concurrency } = target.server.services.limits;
    const rules = budgetRulesOf(await rowOf(id));
    const nowMs = Date.now();
    const first = budgets.tryHold({ rules: rules.slice(0, 1), estimateNanoUsd: 5, nowMs });
    const second = budgets.tryHold({ rules, estimateNanoUsd: 7, nowMs });
    if (!first.ok || !second.ok) throw new Error('refused');
    first.hold.settle(1_234_567_890);
    const leave = concurrency.enter(id, null);
    const { json } = await call(`GET /api/virtual-keys/${id}`);
    second.hold.release();
    leave?.();
    expect(json.budgets).toMatchObject([
      { period: 'total', spentUsd: '1.234567890', heldUsd: '0.000000007' },
      { period: 'month', spentUsd: '0.000000000', heldUsd: '0.000000007' },
    ]);
    expect(json.runningCalls).toBe(1);
    const after = (await call(`GET /api/virtual-keys/${id}`)).json;
    expect(after).toMatchObject({ runningCalls: 0, budgets: [{ heldUsd: '0.000000000' }, {}] });
  });

  it('are topped up for their current period only, adding up', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2098-05-10T10:00:00Z') });
    const signIn = async () =>
      (await call('POST /api/login', { email: person.email, password: person.password })).json.access_token;
    let token = await signIn();
    const id = await create(
      [
        { usd: 10, period: 'month' },
        { usd: 1, period: 'day' },
      ],
      { ...person, token },
    );
    const path = `POST /api/virtual-keys/${id}/top-up`;
    await call(path, { period: 'month', usd: 2.5 }, { ...person, token });
    const { json } = await call(path, { period: 'month', usd: 1 }, { ...person, token });
    expect(json.budgets).toMatchObject([
      { period: 'month', usd: 10, topUpUsd: 3.5 },
      { period: 'day', usd: 1, topUpUsd: 0 },
    ]);
    const [rule] = budgetRulesOf(await rowOf(id));
    expect(rule?.topUps).toEqual([{ windowStartMs: Date.UTC(2098, 4), nanoUsd: 3.5 * NANO }]);
    vi.setSystemTime(new Date('2098-06-01T00:00:00Z'));
    token = await signIn();
    const next = await call(`GET /api/virtual-keys/${id}`, undefined, { ...person, token });
    expect(next.json.budgets[0]).toMatchObject({ usd: 10, topUpUsd: 0 });
    const again = await call(path, { period: 'month', usd: 4 }, { ...person, token });
    expect(again.json.budgets[0]).toMatchObject({ usd: 10, topUpUsd: 4 });
  });

  it('keep a top-up when another setting or their amount changes', async () => {
    const id = await create([{ usd: 10, period: 'month' }]);
    await topUp(id, 'month', 5);
    await call(`PUT /api/virtual-keys/${id}`, { name: 'Renamed' });
    const raised = await call(`PUT /api/virtual-keys/${id}`, { budgets: [{ usd: 20, period: 'month' }] });
    expect(raised.json.budgets).toMatchObject([{ usd: 20, topUpUsd: 5 }]);
    const moved = await call(`PUT /api/virtual-keys/${id}`, { budgets: [{ usd: 20, period: 'day' }] });
    expect(moved.json.budgets).toMatchObject([{ period: 'day', topUpUsd: 0 }]);
  });

  it('lose no top-up of many at once', async () => {
    const id = await create([{ usd: 10, period: 'month' }]);
    await Promise.all(Array.from({ length: 8 }, () => topUp(id, 'month', 0.25)));
    const { json } = await call(`GET /api/virtual-keys/${id}`);
    expect(json.budgets).toMatchObject([{ topUpUsd: 2 }]);
  });

  it('refuse a top-up of a period that has none, of nothing, and beyond a million', async () => {
    const id = await create([{ usd: 10, period: 'month' }]);
    for (const [period, usd] of [
      ['day', 1],
      ['month', 0],
      ['month', -1],
      ['month', 1e-12],
      ['year', 1],
    ] as const) {
      expect((await topUp(id, period, usd)).json).toMatchObject({ error: { code: 'invalid_input' } });
    }
    expect((await topUp(id, 'month', 1_000_000)).status).toBe(200);
    expect((await topUp(id, 'month', 0.000000001)).json).toMatchObject({ error: { code: 'invalid_input' } });
  });

  it('are whole nano-dollars: a finer amount is refused, not rounded', async () => {
    const budgets = [{ usd: 0.0000000015, period: 'day' }];
    const reply = await call('POST /api/virtual-keys', { name: 'Fine', keyIds: 'all', budgets });
    expect(reply.json).toMatchObject({ error: { code: 'invalid_input', details: [{ path: 'budgets.0.usd' }] } });
  });
});
