import type { UsageRow } from './usage-queries.ts';
import type { Sort } from './usage-search.ts';

/** What a row is compared by, and what its bar is a part of. */
export function amountOf(row: UsageRow, sort: Exclude<Sort, 'name'>): number {
  switch (sort) {
    case 'cost':
      return Number(row.costUsd ?? 0);
    case 'requests':
      return row.requests;
    case 'tokens':
      return row.inputTokens + row.outputTokens;
    case 'errors':
      return row.errors;
    case 'latency':
      return row.latencyMsAverage ?? 0;
  }
}

/** The largest first, or by name; equal rows by their requests. */
export function inOrder(rows: readonly UsageRow[], sort: Sort, nameOf: (row: UsageRow) => string): UsageRow[] {
  if (sort === 'name') return rows.toSorted((left, right) => nameOf(left).localeCompare(nameOf(right)));
  return rows.toSorted((left, right) => amountOf(right, sort) - amountOf(left, sort) || right.requests - left.requests);
}
