import { type Kysely, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { columnTypes, createTable } from '../migration-tools.ts';
import type { Engine } from '../portable.ts';

type Step = { db: Kysely<unknown>; engine: Engine };
type Filling = { db: QueryExecutorProvider; engine: Engine };

const sums = [
  'requests',
  'attempts',
  'errors',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_nano_usd',
  'unpriced_requests',
  'estimated_requests',
  'missing_requests',
  'latency_ms_sum',
  'latency_count',
  'first_byte_ms_sum',
  'first_byte_count',
] as const;

/** What usage is told apart by, and the column of `usage_hours` that says it; `all` tells nothing apart. */
const dimensions = {
  all: null,
  model: 'model',
  provider: 'provider',
  key: 'credential_id',
  virtualKey: 'virtual_key_id',
  member: 'member_id',
  tool: 'tool',
} as const;

/**
 * Sums by one dimension at a time, by the hour and by the day, and how long calls took by the day; calls are counted
 * for the model that the provider was asked for. All sums are made anew from the events.
 */
export async function usageRollups(step: Step): Promise<void> {
  const { db } = step;
  await createSumTable(step);
  await db.schema.dropTable('usage_latencies').execute();
  await createLatencyTable(step);
  await sql`delete from usage_hours`.execute(db);
  await fillUsageSums(step);
  for (const column of ['virtual_key_id', 'credential_id', 'member_id']) {
    const name = `usage_hours_by_${column.replace('_id', '')}`;
    await db.schema.createIndex(name).on('usage_hours').columns(['workspace_id', column, 'hour_at']).execute();
  }
  await db.schema
    .createIndex('usage_events_by_member')
    .on('usage_events')
    .columns(['workspace_id', 'member_id', 'time', 'id'])
    .where(sql.ref('member_id'), 'is not', null)
    .execute();
}

async function createSumTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  let table = createTable({ db, engine, name: 'usage_sums', isClustered: true })
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('dimension', text, (column) => column.notNull())
    .addColumn('period', text, (column) => column.notNull())
    .addColumn('starts_at', integer, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull());
  for (const name of sums) table = table.addColumn(name, integer, (column) => column.notNull());
  await table
    .addPrimaryKeyConstraint('usage_sums_pk', ['workspace_id', 'dimension', 'period', 'starts_at', 'value'])
    .execute();
}

async function createLatencyTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'usage_latencies', isClustered: true })
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('period', text, (column) => column.notNull())
    .addColumn('starts_at', integer, (column) => column.notNull())
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('model', text, (column) => column.notNull())
    .addColumn('measure', text, (column) => column.notNull())
    .addColumn('bucket', integer, (column) => column.notNull())
    .addColumn('calls', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_latencies_pk', [
      'workspace_id',
      'period',
      'starts_at',
      'provider',
      'model',
      'measure',
      'bucket',
    ])
    .execute();
}

const hourOf = sql`time - time % 3600000`;
const dayOf = sql`starts_at - starts_at % 86400000`;
const countedModel = sql`case when error_code = 'unknown_model' then '' else coalesce(upstream_model, model, '') end`;
const columns = sql.join(sums.map((name) => sql.ref(name)));
const totals = sql.join(sums.map((name) => sql`sum(${sql.ref(name)})`));

/** Makes every sum from the events; the tables of the sums must be empty. */
export async function fillUsageSums({ db, engine }: Filling): Promise<void> {
  await fillHours(db);
  for (const [dimension, column] of Object.entries(dimensions)) {
    const value = column === null ? sql`''` : sql.ref(column);
    await sql`insert into usage_sums (workspace_id, dimension, period, starts_at, value, ${columns})
      select workspace_id, ${sql.lit(dimension)}, 'hour', hour_at, ${value}, ${totals} from usage_hours
      group by workspace_id, hour_at, ${column === null ? sql`1` : value}`.execute(db);
  }
  await sql`insert into usage_sums (workspace_id, dimension, period, starts_at, value, ${columns})
    select workspace_id, dimension, 'day', ${dayOf}, value, ${totals} from usage_sums where period = 'hour'
    group by workspace_id, dimension, ${dayOf}, value`.execute(db);
  await fillLatencies({ db, engine });
}

async function fillHours(db: QueryExecutorProvider): Promise<void> {
  const finals = (condition: RawBuilder<unknown>) =>
    sql`sum(case when is_final = 1 and ${condition} then 1 else 0 end)`;
  const isFailed = sql`outcome not in ('ok', 'client_gone', 'aborted_before_first_byte')`;
  await sql`
    insert into usage_hours (workspace_id, hour_at, provider, model, credential_id, virtual_key_id, member_id, tool,
      ${columns})
    select workspace_id, ${hourOf}, provider, ${countedModel}, credential_id, virtual_key_id, coalesce(member_id, ''),
      coalesce(tool, ''), sum(is_final), count(*), ${finals(isFailed)}, sum(input_tokens), sum(cache_read_tokens),
      sum(cache_write_tokens), sum(output_tokens), sum(reasoning_tokens), coalesce(sum(cost_nano_usd), 0),
      ${finals(sql`cost_nano_usd is null`)}, ${finals(sql`usage_state = 'estimated'`)},
      ${finals(sql`usage_state = 'missing'`)}, sum(latency_ms), count(*), coalesce(sum(first_byte_ms), 0),
      count(first_byte_ms)
    from usage_events
    group by 1, 2, 3, 4, 5, 6, 7, 8`.execute(db);
}

async function fillLatencies({ db, engine }: Filling): Promise<void> {
  const log2 =
    engine === 'sqlite' ? sql`log2(ms)` : sql`ln(cast(ms as double precision)) / ln(cast(2 as double precision))`;
  // A quotient of logarithms may come out a breath above a whole number, and only powers of two are whole.
  const bucket = sql`case when ms <= 1 then 0 else cast(ceil(4 * ${log2} - 1e-10) as bigint) end`;
  for (const [measure, column] of [
    ['total', 'latency_ms'],
    ['first_byte', 'first_byte_ms'],
  ] as const) {
    await sql`
      insert into usage_latencies (workspace_id, period, starts_at, provider, model, measure, bucket, calls)
      select workspace_id, 'hour', hour_ms, provider, counted, ${sql.lit(measure)}, ${bucket} as bucket, sum(calls)
      from (
        select workspace_id, ${hourOf} as hour_ms, provider, ${countedModel} as counted, ${sql.ref(column)} as ms,
          count(*) as calls
        from usage_events where ${sql.ref(column)} is not null group by 1, 2, 3, 4, 5
      ) as times
      group by workspace_id, hour_ms, provider, counted, 7`.execute(db);
  }
  await sql`
    insert into usage_latencies (workspace_id, period, starts_at, provider, model, measure, bucket, calls)
    select workspace_id, 'day', ${dayOf}, provider, model, measure, bucket, sum(calls)
    from usage_latencies where period = 'hour'
    group by workspace_id, ${dayOf}, provider, model, measure, bucket`.execute(db);
}
