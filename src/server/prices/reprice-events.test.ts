import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import { noTokens, type TokenBuckets } from '../../providers/usage/usage-reading.ts';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { recordEvents } from '../../testing/usage-fixture.ts';
import { expectSumsOfEvents } from '../../testing/usage-records.ts';
import type { NewRow } from '../database/schema.ts';
import { newId } from '../ids.ts';
import { costOf } from './cost.ts';
import { overridePrices } from './override-prices.ts';
import { type RepriceInput, repriceEvents } from './reprice-events.ts';
import type { UnitPrices } from './unit-prices.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 23);

function pricesAt(inputUsd: number, outputUsd: number): UnitPrices {
  const row = { provider: 'openai', model: 'new-model', input_price: inputUsd * 1e9, output_price: outputUsd * 1e9 };
  return overridePrices({ ...row, cache_read_price: null, cache_write_price: null, request_price: null }, null);
}

type Line = { model: string | null; tokens: Partial<TokenBuckets>; unitPrices: UnitPrices | null };
type Event = {
  workspaceId: WorkspaceId;
  timeMs?: number;
  model?: string | null;
  upstreamModel?: string;
  provider?: string;
  lines?: Line[];
  costNanoUsd?: number | null;
};

describe.each(testEngines())('pricing past calls on $engine', (engine) => {
  let place: TestDatabase;
  const credentialId: CredentialId = newId('Credential', START);
  const virtualKeyId: VirtualKeyId = newId('VirtualKey', START);
  beforeAll(async () => {
    place = await engine.open();
  });
  afterAll(() => place.dispose());

  const unpricedLine = (model: string | null = null): Line => ({
    model,
    tokens: { inputUncached: 1000, output: 100 },
    unitPrices: null,
  });

  /** An event and what it adds to the sums of its hour. */
  async function insert(event: Event) {
    const id = newId('UsageEvent', START);
    const lines = (event.lines ?? [unpricedLine()]).map((line) => ({
      ...line,
      tokens: { ...noTokens, ...line.tokens },
    }));
    const { workspaceId, timeMs = START, model = 'new-model', costNanoUsd = null } = event;
    const row: NewRow<'usage_events'> = {
      id,
      workspace_id: workspaceId,
      request_id: id,
      attempt: 1,
      is_final: 1,
      time: timeMs,
      dialect: 'openai-chat',
      endpoint: '/v1/chat/completions',
      provider: event.provider ?? 'openai',
      model,
      upstream_model: event.upstreamModel ?? model,
      credential_id: credentialId,
      virtual_key_id: virtualKeyId,
      is_stream: 0,
      http_status: 200,
      outcome: 'ok',
      input_tokens: 1000,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      output_tokens: 100,
      reasoning_tokens: 0,
      cost_nano_usd: costNanoUsd,
      usage_state: 'exact',
      latency_ms: 10,
      lines: JSON.stringify(lines),
    };
    await recordEvents(place.database.kysely, [row]);
    return id;
  }

  async function reprice(workspaceId: WorkspaceId, prices = pricesAt(2, 10), model = 'new-model') {
    let repriced = 0;
    let steps = 0;
    let after: RepriceInput['after'] = null;
    do {
      const input: RepriceInput = { workspaceId, provider: 'openai', model, unitPrices: prices, after };
      const step = await place.database.transaction((transaction) => repriceEvents(transaction, input));
      repriced += step.repriced;
      steps += 1;
      after = step.next;
    } while (after !== null);
    return { repriced, steps };
  }

  const eventsOf = (workspaceId: WorkspaceId) =>
    place.database.kysely.selectFrom('usage_events').selectAll().where('workspace_id', '=', workspaceId).execute();

  const hoursOf = (workspaceId: WorkspaceId) =>
    place.database.kysely
      .selectFrom('usage_hours')
      .select(['hour_at', 'provider', 'model', 'requests', 'cost_nano_usd', 'unpriced_requests'])
      .where('workspace_id', '=', workspaceId)
      .orderBy('hour_at')
      .orderBy('provider')
      .orderBy('model')
      .execute();

  const newWorkspace = (): WorkspaceId => newId('Workspace', START);

  it('gives unpriced calls their cost and their hours the sum, and nothing to the others', async () => {
    const workspaceId = newWorkspace();
    const stranger = newWorkspace();
    const ids = [
      await insert({ workspaceId }),
      await insert({ workspaceId, timeMs: START + HOUR + 5 }),
      await insert({ workspaceId, timeMs: START + HOUR + 6, model: 'fast', upstreamModel: 'new-model' }),
    ];
    await insert({ workspaceId, model: 'another-model' });
    await insert({ workspaceId, provider: 'azure-openai' });
    await insert({ workspaceId, costNanoUsd: 42 });
    await insert({ workspaceId: stranger });
    expect(await reprice(workspaceId)).toEqual({ repriced: 3, steps: 1 });
    const priced = (await eventsOf(workspaceId)).filter(({ cost_nano_usd }) => cost_nano_usd === 3_000_000);
    expect(priced.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const hours = (await hoursOf(workspaceId)).map((row) => Object.values(row).join(' '));
    expect(hours).toEqual([
      `${START} azure-openai new-model 1 0 1`,
      `${START} openai another-model 1 0 1`,
      `${START} openai new-model 2 3000042 0`,
      `${START + HOUR} openai new-model 2 6000000 0`,
    ]);
    expect((await eventsOf(stranger)).map(({ cost_nano_usd }) => cost_nano_usd)).toEqual([null]);
    await expectSumsOfEvents(place.database.kysely);
  });

  it('done twice, or at another price, changes nothing more', async () => {
    const workspaceId = newWorkspace();
    await insert({ workspaceId });
    await reprice(workspaceId);
    const before = [await eventsOf(workspaceId), await hoursOf(workspaceId)];
    expect(await reprice(workspaceId)).toMatchObject({ repriced: 0 });
    expect(await reprice(workspaceId, pricesAt(50, 50))).toMatchObject({ repriced: 0 });
    expect([await eventsOf(workspaceId), await hoursOf(workspaceId)]).toEqual(before);
  });

  it('is done once when two do it at the same time', async () => {
    const workspaceId = newWorkspace();
    for (let count = 0; count < 20; count += 1) await insert({ workspaceId });
    const results = await Promise.all([reprice(workspaceId), reprice(workspaceId)]);
    expect(results.reduce((sum, { repriced }) => sum + repriced, 0)).toBe(20);
    expect(await hoursOf(workspaceId)).toMatchObject([{ cost_nano_usd: 60_000_000, unpriced_requests: 0 }]);
  });

  it('goes step by step over more calls than one transaction takes, also those of one moment', async () => {
    const workspaceId = newWorkspace();
    const id = await insert({ workspaceId });
    const [row] = await eventsOf(workspaceId);
    if (row === undefined) throw new Error(`no event ${id}`);
    const copies = Array.from({ length: 1_200 }, (_, index) => ({
      ...row,
      id: newId('UsageEvent', START),
      time: START + Math.floor(index / 400) * 60_000,
    }));
    await recordEvents(place.database.kysely, copies);
    expect(await reprice(workspaceId)).toEqual({ repriced: 1_201, steps: 3 });
    expect(await hoursOf(workspaceId)).toMatchObject([{ cost_nano_usd: 1_201 * 3_000_000, unpriced_requests: 0 }]);
  });

  it('keeps the prices a line has, and leaves a call unpriced while another line has none', async () => {
    const workspaceId = newWorkspace();
    const tokens = { inputUncached: 1_000_000 };
    const frozen = pricesAt(1, 1);
    await insert({
      workspaceId,
      lines: [
        { model: 'new-model', tokens, unitPrices: null },
        { model: 'helper', tokens, unitPrices: frozen },
      ],
    });
    await insert({
      workspaceId,
      lines: [unpricedLine('new-model'), unpricedLine('unknown-helper')],
      timeMs: START + 1,
    });
    expect(await reprice(workspaceId)).toMatchObject({ repriced: 1 });
    const [first, second] = (await eventsOf(workspaceId)).toSorted((one, other) => one.time - other.time);
    expect(first?.cost_nano_usd).toBe(3_000_000_000);
    expect(JSON.parse(first?.lines ?? '')[1].unitPrices).toEqual(frozen);
    expect(second?.cost_nano_usd).toBeNull();
    expect(await hoursOf(workspaceId)).toMatchObject([{ cost_nano_usd: 3_000_000_000, unpriced_requests: 1 }]);
  });

  it('leaves alone calls of which no usage is known, and audio that still has no price', async () => {
    const workspaceId = newWorkspace();
    await insert({ workspaceId, lines: [] });
    await insert({ workspaceId, lines: [{ model: null, tokens: { audioInput: 5 }, unitPrices: pricesAt(1, 1) }] });
    expect(await reprice(workspaceId)).toMatchObject({ repriced: 0 });
    expect((await eventsOf(workspaceId)).map(({ cost_nano_usd }) => cost_nano_usd)).toEqual([null, null]);
  });

  it('writes down what gives the same cost again', async () => {
    const workspaceId = newWorkspace();
    await insert({
      workspaceId,
      lines: [{ model: null, tokens: { inputUncached: 333, output: 77 }, unitPrices: null }],
    });
    await reprice(workspaceId, pricesAt(0.0123, 4.56));
    const [event] = await eventsOf(workspaceId);
    expect(event?.cost_nano_usd).toBe(4_096 + 351_120);
    expect(costOf(JSON.parse(event?.lines ?? ''))).toBe(event?.cost_nano_usd);
  });
});
