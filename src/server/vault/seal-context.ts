import type { WorkspaceId } from '../../contract/ids.ts';
import type { SealedColumn } from './sealed-columns.ts';

/** Whose data key seals a value: a workspace's, or the instance's own. */
export type DataKeyOwner = WorkspaceId | 'system';

/** The place a sealed value belongs to: one column of one row. `version` counts the values that place has held. */
export type SealedRecord = { column: SealedColumn; row: string; version: number };

declare const brand: unique symbol;
/** What an envelope is bound to: `v1:<owner>:<table>:<row>:<column>:<version>`. */
export type SealContext = string & { readonly [brand]: 'SealContext' };

const PART = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * The one place that writes a context. Throws for a part with other characters than ids have, because a colon in one
 * would let two places share a context.
 */
export function sealContext(owner: DataKeyOwner, { column, row, version }: SealedRecord): SealContext {
  const [table = '', name = ''] = column.split('.');
  for (const part of [owner, table, row, name]) {
    if (!PART.test(part)) throw new TypeError(`"${part}" cannot be part of a seal context`);
  }
  if (!Number.isSafeInteger(version) || version < 1)
    throw new TypeError(`version ${version} is not a positive integer`);
  return `v1:${owner}:${table}:${row}:${name}:${version}` as SealContext;
}
