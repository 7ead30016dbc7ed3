import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { CallerId, CredentialId, UserId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { type Dimension, groupColumns } from './usage-sums.ts';

/** What somebody may see of the usage of a workspace. Plain data, so that it crosses to the worker. */
export interface UsageScope {
  readonly workspaceId: WorkspaceId;
  /** Whose calls alone are seen; null: everybody's. */
  readonly onlyMemberId: UserId | null;
  /** The keys whose names may be told. */
  readonly namedKeys: 'all' | readonly CredentialId[];
}

/** Which calls are asked for. What is absent does not narrow. */
export interface UsageFilter {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: CredentialId | undefined;
  readonly virtualKeyId?: VirtualKeyId | undefined;
  readonly memberId?: CallerId | undefined;
  readonly tool?: string | undefined;
}

/** What each filter tells calls apart by. */
const filterGroups = {
  provider: 'provider',
  model: 'model',
  keyId: 'key',
  virtualKeyId: 'virtualKey',
  memberId: 'member',
  tool: 'tool',
} as const satisfies Record<keyof UsageFilter, UsageGroup>;

export const filterNames: readonly (keyof UsageFilter)[] = [
  'provider',
  'model',
  'keyId',
  'virtualKeyId',
  'memberId',
  'tool',
];

/** As `countedModel` tells it. */
const countedModel = sql`case when usage_events.error_code = 'unknown_model' then ''
  else coalesce(usage_events.upstream_model, usage_events.model, '') end`;

interface Condition {
  readonly group: UsageGroup;
  readonly value: string;
}

/**
 * What must hold of a call that is both visible and asked for: the one place where visibility is decided. A member who
 * asks for somebody else's calls gets none.
 */
function conditionsOf(scope: UsageScope, filter: UsageFilter): Condition[] {
  const own: Condition[] = scope.onlyMemberId === null ? [] : [{ group: 'member', value: scope.onlyMemberId }];
  const asked = filterNames.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ group: filterGroups[name], value }];
  });
  return [...own, ...asked.filter(({ group, value }) => group !== 'member' || value !== scope.onlyMemberId)];
}

/**
 * The rows of `usage_events` or `usage_hours` that are both visible and asked for. `usage_events by another way`: said so
 * that no index is chosen for it, where the statement names a better way to them.
 */
export function visibleRows(
  source: 'usage_events' | 'usage_hours' | 'usage_events by another way',
  scope: UsageScope,
  filter: UsageFilter,
): RawBuilder<SqlBool> {
  const isByAnotherWay = source === 'usage_events by another way';
  const table = isByAnotherWay ? 'usage_events' : source;
  const column = (name: string) => {
    const reference = sql.ref(`${table}.${name}`);
    return isByAnotherWay ? sql`coalesce(${reference}, '')` : reference;
  };
  const conditions = conditionsOf(scope, filter).map(({ group, value }) => {
    const isModel = table === 'usage_events' && group === 'model';
    return sql`${isModel ? countedModel : column(groupColumns[group])} = ${value}`;
  });
  return sql<SqlBool>`${sql.join([sql`${column('workspace_id')} = ${scope.workspaceId}`, ...conditions], sql` and `)}`;
}

/**
 * The dimension whose sums hold exactly what is visible and asked for, and which of its values, null for all of them. Null
 * where that takes more than one dimension: sums of a dimension are over everybody's calls.
 */
export function oneDimension(
  scope: UsageScope,
  filter: UsageFilter,
  groupBy: UsageGroup | null,
): { readonly dimension: Dimension; readonly value: string | null } | null {
  const [only, ...others] = conditionsOf(scope, filter);
  if (only === undefined) return { dimension: groupBy ?? 'all', value: null };
  if (others.length > 0 || (groupBy !== null && groupBy !== only.group)) return null;
  return { dimension: only.group, value: only.value };
}
