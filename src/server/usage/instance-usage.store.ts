import { sql } from 'kysely';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { usdText } from './usage-figures.ts';
import type { UsageSpan } from './usage-span.ts';

/** More than any page shows. */
const WORKSPACES_MAX = 500;

interface SumsRow {
  readonly requests: number | string;
  readonly errors: number | string;
  readonly inputTokens: number | string;
  readonly outputTokens: number | string;
  readonly unpricedRequests: number | string;
  readonly costNanoUsd: string;
}

// Money goes through text: node:sqlite and the parser of PostgreSQL's numbers both stop at 2^53.
const sums = sql`coalesce(sum(requests), 0) as requests, coalesce(sum(errors), 0) as errors,
  coalesce(sum(input_tokens), 0) as "inputTokens", coalesce(sum(output_tokens), 0) as "outputTokens",
  coalesce(sum(unpriced_requests), 0) as "unpricedRequests",
  cast(coalesce(sum(cost_nano_usd), 0) as text) as "costNanoUsd"`;

export interface InstanceUsageInput {
  readonly span: UsageSpan;
  /** Null: of all. */
  readonly workspaceId: WorkspaceId | null;
}

/** What was used in the whole instance: sums by workspace and by day, and nothing that tells keys, models or people. */
export async function queryInstanceUsage(database: DatabaseHandle, { span, workspaceId }: InstanceUsageInput) {
  const one = workspaceId === null ? sql`` : sql`and workspace_id = ${workspaceId}`;
  const rows = sql`usage_sums where dimension = 'all' and period = 'day'
    and starts_at >= ${span.fromMs} and starts_at < ${span.toMs} ${one}`;
  const totals = await sql<SumsRow>`select ${sums} from ${rows}`.execute(database);
  const days = await sql<SumsRow & { day: number | string }>`
    select starts_at / 86400000 as day, ${sums} from ${rows} group by 1 order by 1`.execute(database);
  const workspaces = await sql<SumsRow & { id: WorkspaceId }>`
    select workspace_id as id, ${sums} from ${rows} group by workspace_id
    order by sum(cost_nano_usd) desc, sum(requests) desc, workspace_id limit ${WORKSPACES_MAX}`.execute(database);
  const names = await namesOf(
    database,
    workspaces.rows.map(({ id }) => id),
  );
  return {
    totals: toSums(totals.rows[0]),
    days: days.rows.map((row) => ({ day: Number(row.day), ...toSums(row) })),
    workspaces: workspaces.rows.map((row) => {
      const known = names.get(row.id);
      return { id: row.id, name: known?.name ?? null, kind: known?.kind ?? null, ...toSums(row) };
    }),
  };
}

async function namesOf(database: DatabaseHandle, ids: readonly WorkspaceId[]) {
  if (ids.length === 0) return new Map<WorkspaceId, { name: string; kind: 'personal' | 'team' }>();
  const rows = await database
    .selectFrom('workspaces')
    .select(['id', 'name', 'kind'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, name, kind }) => [id, { name, kind }]));
}

function toSums(row: SumsRow | undefined) {
  const requests = Number(row?.requests ?? 0);
  const unpricedRequests = Number(row?.unpricedRequests ?? 0);
  const costNanoUsd = BigInt(row?.costNanoUsd ?? 0);
  // Nothing spent although calls were made, and none of them has a price: the cost is unknown, not zero.
  const isUnknown = costNanoUsd === 0n && requests > 0 && unpricedRequests >= requests;
  return {
    requests,
    errors: Number(row?.errors ?? 0),
    inputTokens: Number(row?.inputTokens ?? 0),
    outputTokens: Number(row?.outputTokens ?? 0),
    costUsd: isUnknown ? null : usdText(costNanoUsd),
    unpricedRequests,
  };
}

const counted = {
  users: sql`users`,
  activeUsers: sql`users where state = 'active'`,
  administrators: sql`users where state = 'active' and is_instance_admin = 1`,
  workspaces: sql`workspaces where deleted_at is null`,
  teams: sql`workspaces where deleted_at is null and kind = 'team'`,
  keys: sql`credentials where deleted_at is null`,
  virtualKeys: sql`virtual_keys where revoked_at is null and kind = 'standard'`,
  usageEvents: sql`usage_events`,
  auditEvents: sql`audit_events`,
} as const;

/** How much there is in the instance. Walks whole tables, so it is asked of the worker alone. */
export async function queryInstanceCounts(database: DatabaseHandle, { nowMs }: { nowMs: number }) {
  const numbers = [
    ...Object.entries(counted).map(([name, rows]) => sql`(select count(*) from ${rows}) as ${sql.ref(name)}`),
    sql`(select count(*) from sessions where revoked_at is null and expires_at > ${nowMs}) as sessions`,
  ];
  type Counts = Record<keyof typeof counted | 'sessions', number | string>;
  const { rows } = await sql<Counts>`select ${sql.join(numbers)}`.execute(database);
  const count = (name: keyof Counts): number => Number(rows[0]?.[name] ?? 0);
  return {
    users: count('users'),
    activeUsers: count('activeUsers'),
    administrators: count('administrators'),
    sessions: count('sessions'),
    workspaces: count('workspaces'),
    teams: count('teams'),
    keys: count('keys'),
    virtualKeys: count('virtualKeys'),
    usageEvents: count('usageEvents'),
    auditEvents: count('auditEvents'),
  };
}
