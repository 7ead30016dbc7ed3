import type { DatabaseHandle } from '../database/open.ts';
import type { EventQuestion } from './event-question.ts';
import { type DurationRange, rangeOfBucket } from './percentile.ts';
import { promisingHours } from './promising-hours.store.ts';
import { isIndexed } from './search-events.ts';
import { newestDurations, newestDurationsFromHour } from './usage-events.store.ts';
import { type HoursQuestion, piecesOf } from './usage-source.store.ts';

/** Calls that are looked at one by one where the sums do not tell what is asked for. */
const SAMPLE_CALLS = 5000;
/** At least a month of hours, however few calls each has. */
const SAMPLE_HOURS = 1000;

export interface Durations {
  readonly total: readonly DurationRange[];
  readonly firstByte: readonly DurationRange[];
}

/**
 * How long calls took. The sums know provider and model; for any other question the newest calls are looked at, so that
 * the answer takes no longer the more there are.
 */
export async function readDurations(database: DatabaseHandle, question: HoursQuestion): Promise<Durations> {
  const { keyId, virtualKeyId, memberId, tool } = question.filter;
  const isSummed =
    question.scope.onlyMemberId === null && [keyId, virtualKeyId, memberId, tool].every((value) => value === undefined);
  return isSummed ? readSummed(database, question) : readSample(database, question);
}

async function readSummed(database: DatabaseHandle, { scope, filter, span }: HoursQuestion): Promise<Durations> {
  const found = await Promise.all(
    piecesOf(span).map(({ period, fromMs, toMs }) => {
      let select = database
        .selectFrom('usage_latencies')
        .select(({ fn }) => ['measure', 'bucket', fn.sum<number>('calls').as('calls')])
        .where('workspace_id', '=', scope.workspaceId)
        .where('period', '=', period)
        .where('starts_at', '>=', fromMs)
        .where('starts_at', '<', toMs)
        .groupBy(['measure', 'bucket']);
      if (filter.provider !== undefined) select = select.where('provider', '=', filter.provider);
      if (filter.model !== undefined) select = select.where('model', '=', filter.model);
      return select.execute();
    }),
  );
  const calls = { total: new Map<number, number>(), first_byte: new Map<number, number>() };
  for (const row of found.flat()) {
    const buckets = calls[row.measure];
    buckets.set(row.bucket, (buckets.get(row.bucket) ?? 0) + row.calls);
  }
  const rangesOf = (buckets: ReadonlyMap<number, number>) =>
    [...buckets].map(([bucket, count]) => rangeOfBucket(bucket, count));
  return { total: rangesOf(calls.total), firstByte: rangesOf(calls.first_byte) };
}

async function readSample(database: DatabaseHandle, { scope, filter, span }: HoursQuestion): Promise<Durations> {
  const question = { scope, filter, ...span, after: null };
  const rows = isIndexed(question)
    ? await newestDurations(database, question, SAMPLE_CALLS)
    : await searchDurations(database, question);
  const exactly = (ms: number): DurationRange => ({ aboveMs: ms, upToMs: ms, calls: 1 });
  return {
    total: rows.map(({ latency_ms }) => exactly(latency_ms)),
    firstByte: rows.flatMap(({ first_byte_ms }) => (first_byte_ms === null ? [] : [exactly(first_byte_ms)])),
  };
}

async function searchDurations(database: DatabaseHandle, question: EventQuestion) {
  const hourMs = await hourOfSample(database, question);
  return hourMs === null ? [] : newestDurationsFromHour(database, question, { hourMs, limit: SAMPLE_CALLS });
}

/** From which hour on there are calls enough; null when there are none. */
async function hourOfSample(database: DatabaseHandle, question: EventQuestion): Promise<number | null> {
  const hours = await promisingHours(database, question, SAMPLE_HOURS);
  let calls = 0;
  for (const { hourMs, attempts } of hours) {
    calls += attempts;
    if (calls >= SAMPLE_CALLS) return hourMs;
  }
  return hours.at(-1)?.hourMs ?? null;
}
