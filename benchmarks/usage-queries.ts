// Questions about usage on a database with many calls: node benchmarks/usage-queries.ts [calls, 10,000,000 unless given]
import { sql } from 'kysely';
import type { DatabaseHandle } from '../src/server/database/open.ts';
import { brand, newId } from '../src/server/ids.ts';
import type { EventFilter, EventPlace } from '../src/server/usage/event-question.ts';
import { queryCsv, queryEvents } from '../src/server/usage/query-events.ts';
import { querySeries, type SeriesInput } from '../src/server/usage/query-series.ts';
import { querySummary } from '../src/server/usage/query-summary.ts';
import { testEngines } from '../src/testing/test-database.ts';
import { insertUsageData, numberedId } from '../src/testing/usage-data.ts';
import { memberOnly, overseer } from '../src/testing/usage-fixture.ts';
import { median, percentile, printTable, type Row } from './table.ts';

const EVENTS = 10_000_000;
const ROUNDS = 9;
const PAGE = 50;
const MS_AIM = 50;
const HOUR_MS = 3_600_000;
const DAYS = 30;

const toMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const fromMs = toMs - DAYS * 24 * HOUR_MS;
const span = { fromMs, toMs };
const workspaceId = newId('Workspace');
const memberIds = Array.from({ length: 40 }, () => newId('User'));
const scope = overseer(workspaceId);
const memberScope = memberOnly(workspaceId, memberIds[3] ?? newId('User'));
const virtualKeyId = brand<'VirtualKey'>(numberedId('vk_', 12));
const keyId = brand<'Credential'>(numberedId('key_', 4));

interface Question {
  what: string;
  ask: (database: DatabaseHandle) => Promise<unknown>;
}

const log = (what: string, filter: EventFilter, after: EventPlace | null = null): Question => ({
  what: `log: ${what}`,
  ask: (database) => queryEvents(database, { scope, filter, fromMs, toMs: null, after, limit: PAGE }),
});

const series = (what: string, asked: Partial<SeriesInput>): Question => ({
  what: `series of 30 days ${what}`,
  ask: (database) =>
    querySeries(database, {
      scope,
      filter: {},
      span,
      groupBy: 'model',
      interval: 'day',
      timeZone: 'Europe/Berlin',
      ...asked,
    }),
});

const questions: readonly Question[] = [
  {
    what: 'summary of 30 days by model',
    ask: (database) => querySummary(database, { scope, filter: {}, span, groupBy: 'model' }),
  },
  {
    what: 'summary of 30 days by virtual key',
    ask: (database) => querySummary(database, { scope, filter: {}, span, groupBy: 'virtualKey' }),
  },
  {
    what: 'summary of 30 days of one virtual key',
    ask: (database) => querySummary(database, { scope, filter: { virtualKeyId }, span, groupBy: 'model' }),
  },
  {
    what: 'summary of 30 days of one tool',
    ask: (database) => querySummary(database, { scope, filter: { tool: 'codex' }, span, groupBy: 'model' }),
  },
  {
    what: 'summary of 30 days that a member sees',
    ask: (database) => querySummary(database, { scope: memberScope, filter: {}, span, groupBy: 'model' }),
  },
  series('by model', {}),
  series('by virtual key', { groupBy: 'virtualKey' }),
  series('that a member sees', { scope: memberScope }),
  {
    what: 'series of 72 hours by provider',
    ask: (database) =>
      querySeries(database, {
        scope,
        filter: {},
        span: { fromMs: toMs - 72 * HOUR_MS, toMs },
        groupBy: 'provider',
        interval: 'hour',
        timeZone: 'UTC',
      }),
  },
  log('first page', {}),
  log('a page in the middle', {}, { timeMs: (fromMs + toMs) / 2, id: '' }),
  log('one member', { memberId: memberIds[3] }),
  log('one virtual key', { virtualKeyId }),
  log('one key', { keyId }),
  log('a common model', { model: 'gpt-4o' }),
  log('a model of one call in 10,000', { model: '=grok-unlisted' }),
  log('a virtual key of one call in 10,000 with a tool', {
    virtualKeyId: brand<'VirtualKey'>(numberedId('vk_', 0)),
    tool: 'codex',
  }),
  log('a model that was never called', { model: 'none-such' }),
  log('failed', { outcome: 'failed' }),
  log('timeouts of one key', { keyId, outcome: 'timeout' }),
  log('unreachable, which no call was', { outcome: 'unreachable' }),
  log('without a price', { priceState: 'unpriced' }),
  log('estimated', { usageState: 'estimated' }),
  log('a dialect that no call used', { dialect: 'openai-responses' }),
  log('one request', { requestId: `req_${'0'.repeat(25)}7` }),
  {
    what: 'log: what a member sees of a tool',
    ask: (database) =>
      queryEvents(database, {
        scope: memberScope,
        filter: { tool: 'codex' },
        fromMs,
        toMs: null,
        after: null,
        limit: PAGE,
      }),
  },
  {
    what: 'export: a page of 1,000',
    ask: (database) => queryCsv(database, { scope, filter: {}, fromMs, toMs: null, after: null, limit: 1000 }),
  },
];

/** What a page costs at the least: its rows by an index, untouched. */
const barePage = (database: DatabaseHandle) =>
  sql`select * from usage_events where workspace_id = ${workspaceId} order by time desc, id desc limit ${PAGE}`.execute(
    database,
  );

async function timesOf(ask: () => Promise<unknown>): Promise<number[]> {
  await ask();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return times;
}

/** Every question that the usage pages ask, on SQLite and, where TEST_DATABASE_URL names a server, on PostgreSQL. */
export async function measureUsageQueries(events = EVENTS): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { engine, open } of testEngines()) {
    const { database, dispose } = await open();
    const start = performance.now();
    await insertUsageData(database.kysely, { workspaceId, events, fromMs, toMs, memberIds, tickMs: 1000 });
    if (engine === 'postgres') await sql`analyze`.execute(database.kysely);
    const seconds = (performance.now() - start) / 1000;
    rows.push({ what: `${engine}: ${events} calls made up`, figure: `${seconds.toFixed(0)} s` });
    const bareMs = median(await timesOf(() => barePage(database.kysely)));
    for (const { what, ask } of questions) {
      const times = await timesOf(() => ask(database.kysely));
      const value = median(times);
      rows.push({
        what: `${engine}: ${what}`,
        figure: `${value.toFixed(1)} ms (p99 ${percentile(times, 99).toFixed(1)})`,
        against: `bare page ${bareMs.toFixed(2)} ms`,
        ratio: value / bareMs,
        aim: `< ${MS_AIM} ms`,
        isMet: value < MS_AIM,
      });
    }
    await dispose();
  }
  return rows;
}

if (import.meta.main) {
  const events = Number(process.argv[2] ?? EVENTS);
  printTable(`Questions about usage (${events} calls in ${DAYS} days)`, await measureUsageQueries(events));
}
