import { type RawBuilder, sql } from 'kysely';
import type { UserId, WorkspaceId } from '../contract/ids.ts';
import { fillUsageSums } from '../server/database/migrations/0003_usage_rollups.ts';
import type { DatabaseHandle } from '../server/database/open.ts';
import { engineOf } from '../server/database/portable.ts';

export interface UsageData {
  readonly workspaceId: WorkspaceId;
  readonly events: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Whose calls they are, in turn by virtual key; every tenth key is nobody's. */
  readonly memberIds: readonly UserId[];
  readonly virtualKeys?: number;
  /** Times are multiples of this, so that several calls share one. */
  readonly tickMs?: number;
}

const HOUR_MS = 3_600_000;
const EVENTS_PER_STEP = 100_000;

/** Provider, model, and nano-USD per token of input and output; null: unpriced. */
const models = [
  ['openai', 'gpt-4o', 2500, 10_000],
  ['openai', 'gpt-4o-mini', 150, 600],
  ['openai', 'o4-mini', 1100, 4400],
  ['anthropic', 'claude-sonnet-4-5', 3000, 15_000],
  ['anthropic', 'claude-haiku-4-5', 1000, 5000],
  ['google', 'gemini-2.5-pro', 1250, 10_000],
  ['google', 'gemini-2.5-flash', 300, 2500],
  ['deepseek', 'deepseek-chat', 270, 1100],
  ['moonshot', 'kimi-k2', 600, 2500],
  ['zhipu', 'glm-4.6', 600, 2200],
  ['alibaba', 'qwen3-max', 1200, 6000],
  ['xai', '=grok-unlisted', null, null],
] as const;
const tools = ['claude-code', 'codex', 'cherry-studio', 'openai-python', 'curl', null] as const;

/** The id of the virtual key, credential or event with a number. */
export function numberedId(prefix: 'vk_' | 'key_' | 'use_', number: number): string {
  return prefix + String(number).padStart(26, '0');
}

/**
 * Fills a workspace with calls that look like those of a busy team, and makes all sums anew as a migration does, by
 * statements that make the rows inside the database. The same arguments give the same rows. One key and one model stand out for being rare: about one
 * call in ten thousand is of virtual key 0 with the last model.
 */
export async function insertUsageData(database: DatabaseHandle, data: UsageData): Promise<void> {
  const stepMs = (data.toMs - data.fromMs) / data.events;
  const hoursPerStep = Math.max(1, Math.floor((EVENTS_PER_STEP * stepMs) / HOUR_MS));
  let first = 0;
  for (let fromMs = data.fromMs; fromMs < data.toMs; fromMs += hoursPerStep * HOUR_MS) {
    const toMs = Math.min(fromMs + hoursPerStep * HOUR_MS, data.toMs);
    const end = Math.min(data.events, Math.ceil((toMs - data.fromMs) / stepMs));
    await database.transaction().execute(async (transaction) => {
      if (end > first) await insertEvents(transaction, data, { first, end });
    });
    first = end;
  }
  await database.transaction().execute(async (transaction) => {
    if (engineOf(database) === 'postgres') await sql`set local statement_timeout = 0`.execute(transaction);
    for (const table of ['usage_hours', 'usage_sums', 'usage_latencies'] as const) {
      await transaction.deleteFrom(table).execute();
    }
    await fillUsageSums({ db: transaction, engine: engineOf(database) });
  });
}

/** A number from 0 to `below` that looks drawn by chance, the same every time for the same seed. */
const drawn = (salt: number, below: number): RawBuilder<number> =>
  sql<number>`((seed * ${sql.lit(salt)} + ${sql.lit(salt % 9973)}) % 1000003) * ${sql.lit(below)} / 1000003`;

/** The nth of some values; the values are the product's own words. */
function nth(index: RawBuilder<unknown>, values: readonly (string | number | null)[]): RawBuilder<unknown> {
  const whens = values.map((value, place) => sql`when ${sql.lit(place)} then ${sql.lit(value)}`);
  return sql`case ${index} ${sql.join(whens, sql` `)} end`;
}

const idOf = (prefix: string, number: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`(${sql.lit(prefix)} || substr('00000000000000000000000000' || cast(${number} as text),
    1 + length(cast(${number} as text))))`;

async function insertEvents(database: DatabaseHandle, data: UsageData, range: { first: number; end: number }) {
  const { workspaceId, virtualKeys = 100, memberIds, tickMs = 1 } = data;
  const stepMs = (data.toMs - data.fromMs) / data.events;
  const timeMs = sql`cast(${sql.lit(data.fromMs)} + floor(n * ${sql.lit(stepMs)}) as bigint)`;
  // The 50th of every 50 calls is the second attempt of the one before it, so it is made of the same seed.
  const isSecond = sql`n % 50 = 49`;
  const model = sql`case when ${drawn(7919, 10_000)} = 0 then ${sql.lit(models.length - 1)}
    else (vk * 7 + ${drawn(104_729, 10)} / 4) % ${sql.lit(models.length - 1)} end`;
  const column = (place: 0 | 1 | 2 | 3) =>
    nth(
      sql`model_at`,
      models.map((each) => each[place]),
    );
  await sql`
    insert into usage_events (id, workspace_id, request_id, attempt, is_final, time, dialect, endpoint, provider, model,
      upstream_model, served_model, credential_id, virtual_key_id, member_id, tool, is_stream, http_status, outcome,
      error_code, error_detail, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
      cost_nano_usd, usage_state, latency_ms, first_byte_ms, upstream_request_id, response_id, lines)
    with recursive numbers(n) as (
      select cast(${range.first} as bigint) union all select n + 1 from numbers where n + 1 < ${range.end}
    ),
    seeded as (
      select n, case when ${isSecond} then n - 1 else n end as seed, ${timeMs} as at_ms from numbers
    ),
    keyed as (
      select seeded.*, case when ${drawn(15_485_863, 10_000)} = 0 then 0 else 1 + ${drawn(32_452_843, 1000)}
        * ${drawn(49_979_687, 1000)} / 1000 * ${sql.lit(virtualKeys - 1)} / 1000 end as vk from seeded
    ),
    modelled as (select keyed.*, ${model} as model_at from keyed),
    named as (
      select modelled.*, ${column(0)} as provider, ${column(1)} as model, ${column(2)} as input_price,
        ${column(3)} as output_price,
        case when n % 50 = 48 then 'error' else case ${drawn(67_867_967, 500)} when 0 then 'timeout' when 1 then 'error'
          when 2 then 'upstream_gone' when 3 then 'client_gone' when 4 then 'client_gone' else 'ok' end end as outcome
      from modelled
    ),
    counted as (
      select named.*, case when outcome in ('error', 'timeout') then 0 else 200 + ${drawn(86_028_121, 8000)} end as input,
        case when outcome in ('error', 'timeout') then 0 else 20 + ${drawn(93_199, 1500)} end as output,
        case when outcome in ('upstream_gone', 'client_gone') then 'estimated' else 'exact' end as usage_state,
        150 + ${drawn(611_953, 900)} * ${drawn(746_773, 900)} / 60 as latency
      from named
    ),
    priced as (
      select counted.*, input / 2 * (seed % 2) as cached, input / 8 * (seed % 3 / 2) as written,
        output / 3 * (model_at % 3 / 2) as reasoned from counted
    )
    select ${idOf('use_', sql`n`)}, ${workspaceId}, ${idOf('req_', sql`seed`)},
      case when ${isSecond} then 2 else 1 end, case when n % 50 = 48 then 0 else 1 end,
      at_ms - at_ms % ${sql.lit(tickMs)}, case provider when 'anthropic' then 'anthropic-messages'
        when 'google' then 'gemini' else 'openai-chat' end, 'chat/completions', provider, model, model, model,
      ${idOf('key_', sql`(model_at * 2 + vk % 2)`)}, ${idOf('vk_', sql`vk`)},
      case when vk % 10 = 9 then null else ${nth(sql`vk % ${sql.lit(Math.max(1, memberIds.length))}`, memberIds)} end,
      ${nth(sql`(vk * 3 + ${drawn(1_299_709, 10)} / 8) % ${sql.lit(tools.length)}`, tools)}, n % 2,
      case outcome when 'ok' then 200 when 'error' then 429 when 'client_gone' then 200 end, outcome,
      case when outcome = 'error' then 'rate_limited' end, case when outcome = 'error' then 'Rate limit reached, slow down.' end,
      input, cached, written, output, reasoned, input * input_price + output * output_price, usage_state, latency,
      case when outcome in ('error', 'timeout') then null else latency / 4 end, ${idOf('req-', sql`n`)}, null,
      case when input = 0 then '[]' else '[{"model":"' || model || '","tokens":{"inputUncached":'
        || cast(input - cached - written as text) || ',"cacheRead":' || cast(cached as text) || ',"cacheWrite5m":'
        || cast(written as text) || ',"cacheWrite1h":0,"audioInput":0,"audioCacheRead":0,"imageInput":0,"output":'
        || cast(output - reasoned as text) || ',"reasoning":' || cast(reasoned as text)
        || ',"audioOutput":0,"imageOutput":0},"unitPrices":null}]' end
    from priced`.execute(database);
}
