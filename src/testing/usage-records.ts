import { expect } from 'vitest';
import { noTokens } from '../providers/usage/usage-reading.ts';
import type { DatabaseHandle } from '../server/database/open.ts';
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

/** The sums by the hour must say what the events say, added up by the database itself. */
export async function expectSumsOfEvents(database: DatabaseHandle): Promise<void> {
  const events = await database.selectFrom('usage_events').selectAll().execute();
  const hours = await database.selectFrom('usage_hours').selectAll().execute();
  const names = ['workspace_id', 'provider', 'model', 'credential_id', 'virtual_key_id', 'member_id', 'tool'] as const;
  const sums = new Map<string, number[]>();
  const add = (name: string, values: readonly number[]): void => {
    const known = sums.get(name) ?? values.map(() => 0);
    sums.set(
      name,
      known.map((sum, index) => sum + (values[index] ?? 0)),
    );
  };
  for (const event of events) {
    const name = [event.time - (event.time % HOUR_MS), ...names.map((field) => event[field] ?? '')].join(' ');
    const { is_final: isFinal, latency_ms: latencyMs, first_byte_ms: firstByteMs } = event;
    const tokens = [event.input_tokens, event.cache_read_tokens, event.output_tokens, event.reasoning_tokens];
    const times = [latencyMs, 1, firstByteMs ?? 0, firstByteMs === null ? 0 : 1];
    add(name, [isFinal, 1, ...tokens, event.cost_nano_usd ?? 0, ...times]);
  }
  const told = hours.map((hour) => [
    [hour.hour_at, ...names.map((field) => hour[field])].join(' '),
    [
      hour.requests,
      hour.attempts,
      hour.input_tokens,
      hour.cache_read_tokens,
      hour.output_tokens,
      hour.reasoning_tokens,
      hour.cost_nano_usd,
      hour.latency_ms_sum,
      hour.latency_count,
      hour.first_byte_ms_sum,
      hour.first_byte_count,
    ],
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(sums));
  const latencies = await database.selectFrom('usage_latencies').selectAll().execute();
  const calls = new Map<string, number>();
  for (const event of events) {
    for (const [measure, ms] of [['total', event.latency_ms] as const, ['first_byte', event.first_byte_ms] as const]) {
      const hourAt = event.time - (event.time % HOUR_MS);
      const name = ms === null ? null : [hourAt, event.provider, event.model, measure, latencyBucket(ms)].join(' ');
      if (name !== null) calls.set(name, (calls.get(name) ?? 0) + 1);
    }
  }
  const counted = latencies.map((row) => [
    [row.hour_at, row.provider, row.model, row.measure, row.bucket].join(' '),
    row.calls,
  ]);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(calls));
}
