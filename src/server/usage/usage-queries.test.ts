// What the sums and the searches promise whatever is asked, checked against the events themselves.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageGroups } from '../../contract/vocabulary.ts';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { insertUsageData, numberedId } from '../../testing/usage-data.ts';
import { makeEvent, memberOnly, overseer, recordEvents } from '../../testing/usage-fixture.ts';
import { modelOf } from '../../testing/usage-records.ts';
import { brand, newId } from '../ids.ts';
import type { EventFilter, EventPlace } from './event-question.ts';
import { querySeries } from './query-series.ts';
import { querySummary } from './query-summary.ts';
import { searchEvents } from './search-events.ts';
import type { EventRow } from './usage-events.store.ts';
import type { UsageFilter } from './visible-usage.store.ts';

const HOUR_MS = 3_600_000;
const DAYS = 6;
const EVENTS = 3000;
/** Pages that are turned at the most. */
const PAGES = 5;
// The clocks of Berlin go back in the middle of it, those of Kolkata stand at half past.
const fromMs = Date.UTC(2026, 9, 22);
const toMs = fromMs + DAYS * 24 * HOUR_MS;

const workspaceId = newId('Workspace');
const memberIds = [newId('User'), newId('User'), newId('User')] as const;
const [ownId] = memberIds;

/** At most two filters at a time: of more, nearly nothing is left to be right or wrong about. */
function atMostTwo<Fields extends object>(fields: fc.Arbitrary<Required<Fields>>): fc.Arbitrary<Partial<Fields>> {
  return fields.chain((all) =>
    fc.subarray(Object.keys(all), { maxLength: 2 }).map((names) => {
      const chosen = Object.entries(all).filter(([name]) => names.includes(name));
      return Object.fromEntries(chosen) as Partial<Fields>;
    }),
  );
}

const columnFilters = {
  provider: fc.constantFrom('openai', 'anthropic', 'nobody'),
  model: fc.constantFrom('gpt-4o', 'claude-sonnet-4-5', '=grok-unlisted'),
  keyId: fc.constantFrom(0, 1, 6, 23).map((number) => brand<'Credential'>(numberedId('key_', number))),
  virtualKeyId: fc.constantFrom(0, 1, 2, 40).map((number) => brand<'VirtualKey'>(numberedId('vk_', number))),
  memberId: fc.constantFrom(...memberIds),
  tool: fc.constantFrom('codex', 'curl', 'none such'),
};
const someFilter = atMostTwo<UsageFilter>(fc.record(columnFilters));
const someScope = fc.constantFrom(overseer(workspaceId), memberOnly(workspaceId, ownId));
const someSpan = fc
  .tuple(fc.nat(DAYS * 24 - 1), fc.integer({ min: 1, max: DAYS * 24 }))
  .map(([start, hours]) => ({ fromMs: fromMs + start * HOUR_MS, toMs: fromMs + (start + hours) * HOUR_MS }));

type Question = { scope: ReturnType<typeof overseer>; filter: EventFilter };

/** What should be found, told without any SQL. */
function isMeant(event: EventRow, { scope, filter }: Question): boolean {
  const equals = <Value>(wanted: Value | undefined, value: Value) => wanted === undefined || wanted === value;
  return (
    (scope.onlyMemberId === null || event.member_id === scope.onlyMemberId) &&
    equals(filter.provider, event.provider) &&
    equals<string | null>(filter.model, modelOf(event)) &&
    equals(filter.keyId, event.credential_id) &&
    equals(filter.virtualKeyId, event.virtual_key_id) &&
    equals<string | null>(filter.memberId, event.member_id) &&
    equals<string | null>(filter.tool, event.tool) &&
    equals<string | null>(filter.dialect, event.dialect) &&
    equals(filter.usageState, event.usage_state) &&
    equals(filter.requestId, event.request_id) &&
    equals(filter.priceState, event.cost_nano_usd === null ? 'unpriced' : 'priced') &&
    (filter.outcome === 'failed' ? event.outcome !== 'ok' : equals(filter.outcome, event.outcome))
  );
}

describe.each(testEngines())('questions about usage on $engine', (engine) => {
  let place: TestDatabase;
  let events: EventRow[];
  beforeAll(async () => {
    place = await engine.open();
    const { kysely } = place.database;
    const data = { events: EVENTS, fromMs, toMs, memberIds, tickMs: 600_000 };
    await insertUsageData(kysely, { workspaceId, ...data });
    events = await kysely.selectFrom('usage_events').selectAll().execute();
    // Somebody else's calls, that no answer may hold.
    await recordEvents(kysely, [makeEvent({ workspace_id: newId('Workspace'), time: fromMs, cost_nano_usd: 7 })]);
  });
  afterAll(() => place.dispose());

  const newestFirst = (rows: readonly EventRow[]) =>
    rows.toSorted((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)).map(({ id }) => id);

  it('the rows of a summary add up to its totals, and those to the events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ scope: someScope, filter: someFilter, span: someSpan, groupBy: fc.constantFrom(...usageGroups) }),
        async (input) => {
          const { totals, rows } = await querySummary(place.database.kysely, input);
          const alone = await querySummary(place.database.kysely, { ...input, groupBy: null });
          expect(alone.totals).toEqual(totals);
          expect(alone.rows).toEqual([]);
          const meant = events.filter(
            (event) => isMeant(event, input) && event.time >= input.span.fromMs && event.time < input.span.toMs,
          );
          const finals = meant.filter(({ is_final }) => is_final === 1);
          const cost = meant.reduce((sum, { cost_nano_usd }) => sum + (cost_nano_usd ?? 0), 0);
          const unpriced = finals.filter(({ cost_nano_usd }) => cost_nano_usd === null).length;
          expect(totals).toMatchObject({ attempts: meant.length, requests: finals.length, unpricedRequests: unpriced });
          const isUnknown = unpriced > 0 && unpriced === finals.length && cost === 0;
          expect(totals.costUsd).toBe(isUnknown ? null : (cost / 1e9).toFixed(9));
          const sum = (
            field: 'attempts' | 'requests' | 'errors' | 'inputTokens' | 'outputTokens' | 'estimatedRequests',
          ) => rows.reduce((total, row) => total + row[field], 0);
          for (const field of [
            'attempts',
            'requests',
            'errors',
            'inputTokens',
            'outputTokens',
            'estimatedRequests',
          ] as const) {
            expect(sum(field)).toBe(totals[field]);
          }
          const costs = rows.map(({ costUsd }) => Number(costUsd ?? 0));
          expect(costs).toEqual(costs.toSorted((a, b) => b - a));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('the points of a series have no gaps and add up to the summary', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          scope: someScope,
          filter: someFilter,
          span: someSpan,
          groupBy: fc.constantFrom(null, ...usageGroups),
          interval: fc.constantFrom('hour' as const, 'day' as const),
          timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns'),
        }),
        async (input) => {
          const { points, groups } = await querySeries(place.database.kysely, input);
          const { totals, rows } = await querySummary(place.database.kysely, input);
          for (const field of ['attempts', 'requests', 'inputTokens', 'unpricedRequests'] as const) {
            expect(points.reduce((total, point) => total + point[field], 0)).toBe(totals[field]);
          }
          expect(groups).toHaveLength(Math.min(9, rows.length));
          expect(groups.slice(0, 8)).toEqual(rows.slice(0, 8).map(({ id, label }) => ({ id, label, isOther: false })));
          expect(groups.slice(8)).toEqual(rows.length > 8 ? [{ id: null, label: 'other', isOther: true }] : []);
          for (const [index, row] of rows.slice(0, 8).entries()) {
            const own = points.filter(({ group }) => group === index);
            expect(own.reduce((total, { attempts }) => total + attempts, 0)).toBe(row.attempts);
          }
          const times = [...new Set(points.map(({ time }) => Date.parse(time)))];
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          const steps = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / HOUR_MS);
          for (const step of steps) expect(step).toBeOneOf(input.interval === 'hour' ? [1] : [24, 25]);
          expect(points).toHaveLength(times.length * (input.groupBy === null ? 1 : groups.length));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('a search gives every event once, newest first, whatever is asked and however little it looks at a time', async () => {
    const someEventFilter = atMostTwo<EventFilter>(
      fc.record({
        ...columnFilters,
        dialect: fc.constantFrom('gemini', 'openai-responses'),
        outcome: fc.constantFrom('ok', 'failed', 'timeout', 'error', 'client_gone'),
        usageState: fc.constantFrom('exact', 'estimated', 'missing'),
        priceState: fc.constantFrom('priced', 'unpriced'),
        requestId: fc.constantFrom(48, 49, 7).map((number) => `req_${String(number).padStart(26, '0')}`),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ scope: someScope, filter: someEventFilter, span: someSpan, isOpenEnded: fc.boolean() }),
        fc.record({
          limit: fc.constantFrom(3, 7, 1000),
          peek: fc.constantFrom(5, 4000),
          events: fc.constantFrom(200, 60_000),
        }),
        async ({ span, isOpenEnded, ...asked }, { limit, ...effort }) => {
          const question = { ...asked, fromMs: span.fromMs + 1, toMs: isOpenEnded ? null : span.toMs - 1 };
          const expected = newestFirst(
            events.filter(
              (event) =>
                isMeant(event, asked) &&
                event.time >= question.fromMs &&
                event.time < (question.toMs ?? Number.MAX_VALUE),
            ),
          ).slice(0, PAGES * limit);
          const found: string[] = [];
          let after: EventPlace | null = null;
          do {
            const page: Awaited<ReturnType<typeof searchEvents>> = await searchEvents(
              place.database.kysely,
              { ...question, after },
              { limit, effort: { ...effort, hours: 1 } },
            );
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            found.push(...page.rows.map(({ id }) => id));
            after = page.next;
          } while (after !== null && found.length < PAGES * limit);
          expect(found.slice(0, PAGES * limit)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('a search for what is nowhere stops in time and goes on where it stopped', async () => {
    const question = {
      scope: overseer(workspaceId),
      filter: { dialect: 'openai-responses' as const },
      fromMs,
      toMs: null,
      after: null,
    };
    const effort = { peek: 10, hours: 1, events: 200 };
    const first = await searchEvents(place.database.kysely, question, { limit: 50, effort });
    expect(first.rows).toEqual([]);
    expect(first.next?.id).toBe('');
    expect(first.next?.timeMs).toBeLessThan(toMs);
    const second = await searchEvents(place.database.kysely, { ...question, after: first.next }, { limit: 50, effort });
    expect(second.next?.timeMs).toBeLessThan(first.next?.timeMs ?? 0);
  });

  it('money beyond what a number holds is exact', async () => {
    const rich = newId('Workspace');
    const cost = 9_007_199_254_740_991;
    const time = fromMs;
    const calls = [0, 1, 2].map((number) =>
      makeEvent({ workspace_id: rich, time: time + number * 2 * HOUR_MS, cost_nano_usd: cost - number }),
    );
    for (const call of calls) await recordEvents(place.database.kysely, [call]);
    const question = { scope: overseer(rich), filter: {}, span: { fromMs: time, toMs } };
    const { totals, rows } = await querySummary(place.database.kysely, { ...question, groupBy: 'model' });
    expect(totals.costUsd).toBe('27021597.764222970');
    expect(rows[0]?.costUsd).toBe('27021597.764222970');
    const days = { ...question, groupBy: null, interval: 'day' as const, timeZone: 'UTC' };
    expect((await querySeries(place.database.kysely, days)).points[0]?.costUsd).toBe('27021597.764222970');
  });
});
