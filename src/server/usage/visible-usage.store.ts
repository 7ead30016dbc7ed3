import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { CredentialId, UserId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';

/** What somebody may see of the usage of a workspace. Plain data, so that it crosses to the worker. */
export interface UsageScope {
  readonly workspaceId: WorkspaceId;
  /** Whose calls alone are seen; null: everybody's. */
  readonly onlyMemberId: UserId | null;
  /** Whether names of keys may be told. */
  readonly seesKeyNames: boolean;
}

/** Which calls are asked for. What is absent does not narrow. */
export interface UsageFilter {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: CredentialId | undefined;
  readonly virtualKeyId?: VirtualKeyId | undefined;
  readonly memberId?: UserId | undefined;
  readonly tool?: string | undefined;
}

/** The column of each filter, the same in `usage_events` and `usage_hours`. */
const columns = {
  provider: 'provider',
  model: 'model',
  keyId: 'credential_id',
  virtualKeyId: 'virtual_key_id',
  memberId: 'member_id',
  tool: 'tool',
} as const satisfies Record<keyof UsageFilter, string>;

export const filterNames: readonly (keyof UsageFilter)[] = [
  'provider',
  'model',
  'keyId',
  'virtualKeyId',
  'memberId',
  'tool',
];

/**
 * The rows of `usage_events` or `usage_hours` that are both visible and asked for: the one place where visibility is
 * decided. A member who asks for somebody else's calls gets none.
 */
export function visibleRows(
  table: 'usage_events' | 'usage_hours',
  scope: UsageScope,
  filter: UsageFilter,
): RawBuilder<SqlBool> {
  const equals = (column: string, value: string) => sql<SqlBool>`${sql.ref(`${table}.${column}`)} = ${value}`;
  const conditions = [equals('workspace_id', scope.workspaceId)];
  if (scope.onlyMemberId !== null) conditions.push(equals('member_id', scope.onlyMemberId));
  for (const name of filterNames) {
    const value = filter[name];
    if (value !== undefined) conditions.push(equals(columns[name], value));
  }
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}
