// The sums by one dimension promise nothing of their own: whatever is asked, the answer is that of the events.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type UsageGroup, usageGroups } from '../../contract/vocabulary.ts';
import { noTokens } from '../../providers/usage/usage-reading.ts';
import { type TestDatabase, testEngines } from '../../testing/test-database.ts';
import { makeEvent, memberOnly, overseer, recordEvents } from '../../testing/usage-fixture.ts';
import { expectSumsOfEvents, modelOf } from '../../testing/usage-records.ts';
import { newId } from '../ids.ts';
import { overridePrices } from '../prices/override-prices.ts';
import { repriceEvents } from '../prices/reprice-events.ts';
import { querySeries } from './query-series.ts';
import { querySummary } from './query-summary.ts';
import type { EventRow } from './usage-events.store.ts';
import { noUsage, toFigures, type UsageSums } from './usage-figures.ts';
import type { UsageFilter, UsageScope } from './visible-usage.store.ts';

const HOUR_MS = 3_600_000;
const HOURS = 80;
// The clocks of Berlin go back in the middle of it.
const fromMs = Date.UTC(2026, 9, 24, 7);

const workspaceId = newId('Workspace');
const memberIds = [newId('User'), newId('User')] as const;
const keyIds = [newId('Credential'), newId('Credential')] as const;
const virtualKeyIds = [newId('VirtualKey'), newId('VirtualKey'), newId('VirtualKey')] as const;
/** More than a chart tells apart, and one that is called as the others together are. */
const models = ['gpt-4o', 'other', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

const someEvent = fc
  .record({
    hour: fc.nat(HOURS - 1),
    is_final: fc.constantFrom(0 as const, 1 as const),
    provider: fc.constantFrom('openai', 'azure'),
    upstream_model: fc.constantFrom(...models, null),
    prefix: fc.constantFrom('', 'openai/', 'OpenAI/'),
    credential_id: fc.constantFrom(...keyIds),
    virtual_key_id: fc.constantFrom(...virtualKeyIds),
    member_id: fc.constantFrom(...memberIds, null),
    tool: fc.constantFrom('codex', 'curl', null),
    outcome: fc.constantFrom('ok', 'error', 'client_gone', 'timeout'),
    error_code: fc.constantFrom(null, null, null, 'unknown_model', 'rate_limited'),
    usage_state: fc.constantFrom('exact', 'estimated', 'missing'),
    input_tokens: fc.nat(5000),
    output_tokens: fc.nat(500),
    cost_nano_usd: fc.oneof(fc.constant(null), fc.nat(9_000_000)),
    latency_ms: fc.nat(60_000),
    first_byte_ms: fc.oneof(fc.constant(null), fc.nat(3000)),
  } as const)
  .map(({ hour, prefix, ...fields }) =>
    makeEvent({
      ...fields,
      workspace_id: workspaceId,
      time: fromMs + hour * HOUR_MS + (fields.input_tokens % HOUR_MS),
      model: fields.upstream_model === null ? null : prefix + fields.upstream_model,
      lines: JSON.stringify([
        { model: null, tokens: { ...noTokens, inputUncached: fields.input_tokens }, unitPrices: null },
      ]),
    }),
  );

const someScope = fc.constantFrom<UsageScope>(overseer(workspaceId), memberOnly(workspaceId, memberIds[0]));
const someFilter = fc.constantFrom<UsageFilter>(
  {},
  {},
  { provider: 'openai' },
  { model: 'gpt-4o' },
  { model: 'other' },
  { keyId: keyIds[0] },
  { virtualKeyId: virtualKeyIds[1] },
  { memberId: memberIds[0] },
  { memberId: memberIds[1] },
  { tool: 'codex' },
  { tool: 'curl', model: 'gpt-4o' },
  { tool: 'none such' },
);
const someSpan = fc
  .tuple(fc.nat(HOURS - 1), fc.integer({ min: 1, max: HOURS }))
  .map(([start, hours]) => ({ fromMs: fromMs + start * HOUR_MS, toMs: fromMs + (start + hours) * HOUR_MS }));

const groupOf: Record<UsageGroup, (event: EventRow) => string> = {
  model: modelOf,
  provider: ({ provider }) => provider,
  key: ({ credential_id }) => credential_id,
  virtualKey: ({ virtual_key_id }) => virtual_key_id,
  member: ({ member_id }) => member_id ?? '',
  tool: ({ tool }) => tool ?? '',
};

interface Asked {
  readonly scope: UsageScope;
  readonly filter: UsageFilter;
  readonly span: { readonly fromMs: number; readonly toMs: number };
}

function isMeant(event: EventRow, { scope, filter, span }: Asked): boolean {
  const equals = (wanted: string | undefined, value: string) => wanted === undefined || wanted === value;
  return (
    event.time >= span.fromMs &&
    event.time < span.toMs &&
    (scope.onlyMemberId === null || event.member_id === scope.onlyMemberId) &&
    equals(filter.provider, event.provider) &&
    equals(filter.model, modelOf(event)) &&
    equals(filter.keyId, event.credential_id) &&
    equals(filter.virtualKeyId, event.virtual_key_id) &&
    equals(filter.memberId, event.member_id ?? '') &&
    equals(filter.tool, event.tool ?? '')
  );
}

function sumOf(events: readonly EventRow[]): UsageSums {
  const finals = events.filter(({ is_final }) => is_final === 1);
  const total = (read: (event: EventRow) => number) => events.reduce((sum, event) => sum + read(event), 0);
  return {
    ...noUsage,
    requests: finals.length,
    attempts: events.length,
    errors: finals.filter(({ outcome }) => outcome === 'error' || outcome === 'timeout').length,
    inputTokens: total(({ input_tokens }) => input_tokens),
    outputTokens: total(({ output_tokens }) => output_tokens),
    costNanoUsd: BigInt(total(({ cost_nano_usd }) => cost_nano_usd ?? 0)),
    unpricedRequests: finals.filter(({ cost_nano_usd }) => cost_nano_usd === null).length,
    estimatedRequests: finals.filter(({ usage_state }) => usage_state === 'estimated').length,
    missingRequests: finals.filter(({ usage_state }) => usage_state === 'missing').length,
    latencyMsSum: total(({ latency_ms }) => latency_ms),
    latencyCount: events.length,
    firstByteMsSum: total(({ first_byte_ms }) => first_byte_ms ?? 0),
    firstByteCount: events.filter(({ first_byte_ms }) => first_byte_ms !== null).length,
  };
}

const figuresOf = (events: readonly EventRow[]) => toFigures(sumOf(events));

describe.each(testEngines())('sums by one dimension on $engine', (engine) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await engine.open();
  });
  afterAll(() => place.dispose());

  const readEvents = () => place.database.kysely.selectFrom('usage_events').selectAll().execute();

  async function expectSummary(events: readonly EventRow[], input: Asked & { groupBy: UsageGroup | null }) {
    const { totals, rows } = await querySummary(place.database.kysely, input);
    const meant = events.filter((event) => isMeant(event, input));
    expect(totals).toMatchObject(figuresOf(meant));
    const { groupBy } = input;
    const groups = groupBy === null ? new Map<string, EventRow[]>() : Map.groupBy(meant, groupOf[groupBy]);
    const expected = [...groups].map(([group, own]) => [group, figuresOf(own)]);
    const told = rows.map(({ id, label: _label, ...figures }) => [id ?? '', figures]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  }

  type SeriesAsked = Asked & { groupBy: UsageGroup | null; interval: 'hour' | 'day'; timeZone: string };

  async function expectSeries(events: readonly EventRow[], input: SeriesAsked) {
    const { points, groups } = await querySeries(place.database.kysely, input);
    const zone = new Intl.DateTimeFormat('en-CA', { timeZone: input.timeZone, dateStyle: 'short' });
    const momentOf = (timeMs: number) =>
      input.interval === 'hour' ? String(Math.floor(timeMs / HOUR_MS)) : zone.format(timeMs - (timeMs % HOUR_MS));
    const { groupBy } = input;
    const names = groups.flatMap(({ id, isOther }) => (isOther ? [] : [id ?? '']));
    const placeOf = (event: EventRow): number | null => {
      if (groupBy === null) return null;
      const found = names.indexOf(groupOf[groupBy](event));
      return found === -1 ? names.length : found;
    };
    const meant = events.filter((event) => isMeant(event, input));
    const expected = Map.groupBy(meant, (event) => `${momentOf(event.time)} ${placeOf(event)}`);
    const told = new Map(
      points.map(({ time, group, ...figures }) => [`${momentOf(Date.parse(time))} ${group}`, figures]),
    );
    expect(told.size).toBe(points.length);
    expect([...expected.keys()].filter((name) => !told.has(name))).toEqual([]);
    for (const [name, figures] of told) expect(figures).toEqual(figuresOf(expected.get(name) ?? []));
  }

  const someQuestion = fc.record({
    scope: someScope,
    filter: someFilter,
    span: someSpan,
    groupBy: fc.constantFrom(null, ...usageGroups),
    interval: fc.constantFrom('hour' as const, 'day' as const),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
  });

  it('answer as the events do, in any scope, before and after what had no price gets one', async () => {
    await fc.assert(
      fc
        .asyncProperty(
          fc.array(someEvent, { minLength: 20, maxLength: 120 }),
          fc.array(someQuestion, { minLength: 5, maxLength: 5 }),
          async (made, questions) => {
            for (let start = 0; start < made.length; start += 40) {
              await recordEvents(place.database.kysely, made.slice(start, start + 40));
            }
            const row = { provider: 'openai', model: 'gpt-4o', input_price: 1e9, output_price: 1e9 };
            const none = { cache_read_price: null, cache_write_price: null, request_price: null };
            const unitPrices = overridePrices({ ...row, ...none }, null);
            for (const isPriced of [false, true]) {
              const input = { workspaceId, provider: 'openai', model: 'gpt-4o', unitPrices, after: null };
              if (isPriced) await place.database.transaction((transaction) => repriceEvents(transaction, input));
              await expectSumsOfEvents(place.database.kysely);
              const events = await readEvents();
              expect(events).toHaveLength(made.length);
              for (const question of questions) {
                await expectSummary(events, question);
                await expectSeries(events, question);
              }
            }
          },
        )
        .beforeEach(async () => {
          for (const table of ['usage_events', 'usage_hours', 'usage_sums', 'usage_latencies'] as const) {
            await place.database.kysely.deleteFrom(table).execute();
          }
        }),
      { numRuns: 25 },
    );
  });

  it('answer every question of one filter and one group as the events do', async () => {
    await recordEvents(place.database.kysely, fc.sample(someEvent, { numRuns: 400, seed: 7 }));
    const events = await readEvents();
    expect(events.length).toBeGreaterThanOrEqual(400);
    const filters: UsageFilter[] = [
      {},
      { provider: 'openai' },
      { model: 'gpt-4o' },
      { keyId: keyIds[0] },
      { virtualKeyId: virtualKeyIds[1] },
      { memberId: memberIds[0] },
      { tool: 'codex' },
    ];
    const span = { fromMs: fromMs + HOUR_MS, toMs: fromMs + (HOURS - 2) * HOUR_MS };
    for (const scope of [overseer(workspaceId), memberOnly(workspaceId, memberIds[0])]) {
      for (const filter of filters) {
        for (const groupBy of [null, ...usageGroups]) {
          await expectSummary(events, { scope, filter, span, groupBy });
          for (const interval of ['hour', 'day'] as const) {
            await expectSeries(events, { scope, filter, span, groupBy, interval, timeZone: 'UTC' });
          }
        }
      }
    }
  }, 60_000);
});
