import { expect } from 'vitest';
import { noTokens } from '../providers/usage/usage-reading.ts';
import type { DatabaseHandle } from '../server/database/open.ts';
import type { Row } from '../server/database/schema.ts';
import { newId } from '../server/ids.ts';
import { toEventRow } from '../server/usage/event-rows.ts';
import type { OpenRecord, SettleRecord } from '../server/usage/usage-event.ts';
import { latencyBucket } from '../server/usage/usage-sums.ts';

const HOUR_MS = 3_600_000;

const ids = {
  workspaceId: newId('Workspace'),
  credentialId: newId('Credential'),
  virtualKeyId: newId('VirtualKey'),
};

/** A call as the gateway writes it down before it leaves, with what is not said filled in. */
export function makeOpen(fields: Partial<OpenRecord> = {}): OpenRecord {
  const timeMs = fields.timeMs ?? Date.UTC(2026, 5, 1, 12);
  return {
    type: 'open',
    id: newId('UsageEvent'),
    ...ids,
    requestId: newId('UsageEvent'),
    attempt: 1,
    timeMs,
    dialect: 'openai-chat',
    endpoint: 'chat/completions',
    provider: 'openai',
    model: 'gpt-4o',
    upstreamModel: 'gpt-4o',
    memberId: null,
    tool: null,
    isStream: false,
    estimatedInputTokens: 11,
    unitPrices: null,
    ...fields,
  };
}

/** The end of a call that used so many tokens of input and one of output. */
export function makeSettle({ id }: OpenRecord, inputTokens: number, fields: Partial<SettleRecord> = {}): SettleRecord {
  return {
    type: 'settle',
    id,
    outcome: 'ok',
    isFinal: true,
    httpStatus: 200,
    errorCode: null,
    errorDetail: null,
    servedModel: 'gpt-4o',
    lines: [{ model: 'gpt-4o', tokens: { ...noTokens, inputUncached: inputTokens, output: 1 } }],
    usageState: 'exact',
    costNanoUsd: inputTokens * 3,
    unitPrices: [null],
    latencyMs: 20 + inputTokens,
    firstByteMs: inputTokens % 2 === 0 ? null : inputTokens,
    upstreamRequestId: `req_${inputTokens}`,
    responseId: null,
    ...fields,
  };
}

export const makeRow = (inputTokens: number, fields: Partial<OpenRecord> = {}) => {
  const open = makeOpen(fields);
  return toEventRow(open, makeSettle(open, inputTokens));
};

/** All events by id, with what tells them apart. */
export async function readEvents(database: DatabaseHandle) {
  const rows = await database.selectFrom('usage_events').selectAll().orderBy('id').execute();
  return rows.map(({ id, input_tokens, outcome, usage_state }) => ({ id, input_tokens, outcome, usage_state }));
}

const DAY_MS = 24 * HOUR_MS;
const counts = [
  'requests',
  'attempts',
  'input_tokens',
  'cache_read_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const;
const amounts = ['cost_nano_usd', 'unpriced_requests', 'latency_ms_sum', 'latency_count'] as const;
const firstBytes = ['first_byte_ms_sum', 'first_byte_count'] as const;
const told = [...counts, ...amounts, ...firstBytes];

/** The model that a call counts for, told without the product's own code. */
export const modelOf = (event: Row<'usage_events'>): string =>
  event.error_code === 'unknown_model' ? '' : (event.upstream_model ?? event.model ?? '');

/** All sums must say what the events say, added up one by one. */
export async function expectSumsOfEvents(database: DatabaseHandle): Promise<void> {
  const events = await database.selectFrom('usage_events').selectAll().execute();
  const hours = createTally();
  const sums = createTally();
  const latencies = createTally();
  for (const event of events) {
    const { is_final: isFinal, latency_ms: latencyMs, first_byte_ms: firstByteMs } = event;
    const tokens = [event.input_tokens, event.cache_read_tokens, event.output_tokens, event.reasoning_tokens];
    const unpriced = isFinal === 1 && event.cost_nano_usd === null ? 1 : 0;
    const times = [latencyMs, 1, firstByteMs ?? 0, firstByteMs === null ? 0 : 1];
    const values = [isFinal, 1, ...tokens, event.cost_nano_usd ?? 0, unpriced, ...times];
    const { workspace_id: workspaceId, provider, credential_id, virtual_key_id } = event;
    const model = modelOf(event);
    const [member, tool] = [event.member_id ?? '', event.tool ?? ''];
    const hourAt = event.time - (event.time % HOUR_MS);
    hours.add([workspaceId, hourAt, provider, model, credential_id, virtual_key_id, member, tool], values);
    const groups = { all: '', model, provider, key: credential_id, virtualKey: virtual_key_id, member, tool };
    for (const [period, startsAt] of [
      ['hour', hourAt] as const,
      ['day', event.time - (event.time % DAY_MS)] as const,
    ]) {
      for (const [dimension, value] of Object.entries(groups)) {
        sums.add([workspaceId, dimension, period, startsAt, value], values);
      }
      const name = [workspaceId, period, startsAt, provider, model];
      latencies.add([...name, 'total', latencyBucket(latencyMs)], [1]);
      if (firstByteMs !== null) latencies.add([...name, 'first_byte', latencyBucket(firstByteMs)], [1]);
    }
  }
  expect(
    tallied(await database.selectFrom('usage_hours').selectAll().execute(), (row) => [
      [row.workspace_id, row.hour_at, row.provider, row.model, row.credential_id, row.virtual_key_id],
      [row.member_id, row.tool],
    ]),
  ).toEqual(hours.all());
  expect(
    tallied(await database.selectFrom('usage_sums').selectAll().execute(), (row) => [
      [row.workspace_id, row.dimension, row.period, row.starts_at, row.value],
    ]),
  ).toEqual(sums.all());
  const counted = await database.selectFrom('usage_latencies').selectAll().execute();
  const named = counted.map((row) => [
    [row.workspace_id, row.period, row.starts_at, row.provider, row.model, row.measure, row.bucket].join(' '),
    [row.calls],
  ]);
  expect(Object.fromEntries(named)).toEqual(latencies.all());
}

function createTally() {
  const values = new Map<string, number[]>();
  return {
    add(name: readonly (string | number)[], more: readonly number[]): void {
      const known = values.get(name.join(' ')) ?? more.map(() => 0);
      values.set(
        name.join(' '),
        known.map((sum, index) => sum + (more[index] ?? 0)),
      );
    },
    all: () => Object.fromEntries(values),
  };
}

type Sums = Record<(typeof told)[number], number>;

function tallied<SumRow extends Sums>(
  rows: readonly SumRow[],
  namesOf: (row: SumRow) => readonly (readonly (string | number)[])[],
): Record<string, number[]> {
  return Object.fromEntries(rows.map((row) => [namesOf(row).flat().join(' '), told.map((name) => row[name])]));
}
