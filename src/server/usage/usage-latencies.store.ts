import type { DatabaseHandle } from '../database/open.ts';
import { type DurationRange, rangeOfBucket } from './percentile.ts';
import { type EventQuestion, newestDurations, promisingHours } from './usage-events.store.ts';
import type { HoursQuestion } from './usage-figures.store.ts';

/** Calls that are looked at one by one where the sums do not tell what is asked for. */
const SAMPLE_CALLS = 10_000;
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
  let select = database
    .selectFrom('usage_latencies')
    .select(({ fn }) => ['measure', 'bucket', fn.sum<number>('calls').as('calls')])
    .where('workspace_id', '=', scope.workspaceId)
    .where('hour_at', '>=', span.fromMs)
    .where('hour_at', '<', span.toMs)
    .groupBy(['measure', 'bucket']);
  if (filter.provider !== undefined) select = select.where('provider', '=', filter.provider);
  if (filter.model !== undefined) select = select.where('model', '=', filter.model);
  const rows = await select.execute();
  const rangesOf = (wanted: 'total' | 'first_byte') =>
    rows.filter(({ measure }) => measure === wanted).map(({ bucket, calls }) => rangeOfBucket(bucket, calls));
  return { total: rangesOf('total'), firstByte: rangesOf('first_byte') };
}

async function readSample(database: DatabaseHandle, { scope, filter, span }: HoursQuestion): Promise<Durations> {
  const question = { scope, filter, ...span, after: null };
  const hourMs = await hourOfSample(database, question);
  const rows = hourMs === null ? [] : await newestDurations(database, question, { hourMs, limit: SAMPLE_CALLS });
  const exactly = (ms: number): DurationRange => ({ aboveMs: ms, upToMs: ms, calls: 1 });
  return {
    total: rows.map(({ latency_ms }) => exactly(latency_ms)),
    firstByte: rows.flatMap(({ first_byte_ms }) => (first_byte_ms === null ? [] : [exactly(first_byte_ms)])),
  };
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
