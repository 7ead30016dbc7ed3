import { type RawBuilder, sql } from 'kysely';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { DAY_MS, type UsageSpan } from './usage-span.ts';
import { groupColumns, sumNames } from './usage-sums.ts';
import { oneDimension, type UsageFilter, type UsageScope, visibleRows } from './visible-usage.store.ts';

export interface HoursQuestion {
  readonly scope: UsageScope;
  readonly filter: UsageFilter;
  readonly span: UsageSpan;
}

export interface SourceQuestion extends HoursQuestion {
  readonly groupBy: UsageGroup | null;
  /** The longest piece of time that a row may stand for; days are those of UTC. */
  readonly longest: 'hour' | 'day';
  /** Only these groups; null: all of them. */
  readonly groups: readonly string[] | null;
}

interface Piece extends UsageSpan {
  readonly period: 'hour' | 'day';
}

/**
 * Rows to be added up, with `starts_at`, `value` (the group) and the sums. Where one dimension is asked for at most they
 * come from the sums by it, which are few however many calls there were; else from those of all that tells calls apart.
 */
export function sumsSource(question: SourceQuestion): RawBuilder<unknown> {
  const { scope, filter, span, groupBy, longest } = question;
  const one = oneDimension(scope, filter, groupBy);
  if (one === null) return hoursSource(question);
  const groups = one.value === null ? question.groups : [one.value];
  const pieces = longest === 'day' ? piecesOf(span) : [{ period: 'hour' as const, ...span }];
  const columns = sql.join(['starts_at', 'value', ...sumNames].map((name) => sql.ref(`usage_sums.${name}`)));
  const selects = pieces.map((piece) => {
    const ofDimension = rowsIn('usage_sums', { ...piece, scope, dimension: one.dimension });
    if (groups === null) return sql`select ${columns} from usage_sums where ${ofDimension}`;
    // The moments at which there was anything lead to the rows of some groups, however many other groups there are.
    return sql`select ${columns} from usage_sums as moments cross join usage_sums
      where ${rowsIn('moments', { ...piece, scope, dimension: 'all' })} and ${ofDimension}
        and usage_sums.starts_at = moments.starts_at and ${isOneOf(groups)}`;
  });
  return sql`(${sql.join(selects, sql` union all `)}) as sums`;
}

/** The whole days of a span by the day, and what is left at its ends by the hour. */
export function piecesOf({ fromMs, toMs }: UsageSpan): Piece[] {
  const firstMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  const endMs = Math.floor(toMs / DAY_MS) * DAY_MS;
  if (firstMs >= endMs) return [{ period: 'hour', fromMs, toMs }];
  const pieces: Piece[] = [
    { period: 'hour', fromMs, toMs: firstMs },
    { period: 'day', fromMs: firstMs, toMs: endMs },
    { period: 'hour', fromMs: endMs, toMs },
  ];
  return pieces.filter((piece) => piece.fromMs < piece.toMs);
}

function rowsIn(table: string, which: Piece & { scope: UsageScope; dimension: string }): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`${column('workspace_id')} = ${which.scope.workspaceId} and ${column('dimension')} = ${which.dimension}
    and ${column('period')} = ${which.period} and ${column('starts_at')} >= ${which.fromMs}
    and ${column('starts_at')} < ${which.toMs}`;
}

const isOneOf = (groups: readonly string[]): RawBuilder<unknown> =>
  groups.length === 0 ? sql`1 = 0` : sql`usage_sums.value in (${sql.join(groups)})`;

/**
 * From the sums of all that tells calls apart. Where they are grouped by model or provider at most and no index leads to
 * fewer of them, they are added up in the order of the primary key first, which saves sorting hundreds of thousands of
 * rows.
 */
function hoursSource({ scope, filter, span, groupBy }: SourceQuestion): RawBuilder<unknown> {
  const rows = sql`usage_hours where hour_at >= ${span.fromMs} and hour_at < ${span.toMs}
    and ${visibleRows('usage_hours', scope, filter)}`;
  const value = groupBy === null ? sql`''` : sql.ref(groupColumns[groupBy]);
  const columns = sql.join(sumNames.map((name) => sql.ref(name)));
  const hasIndex = [scope.onlyMemberId ?? filter.memberId, filter.virtualKeyId, filter.keyId].some(
    (id) => id !== undefined,
  );
  if (hasIndex || (groupBy !== null && groupBy !== 'model' && groupBy !== 'provider')) {
    return sql`(select hour_at as starts_at, ${value} as value, ${columns} from ${rows}) as sums`;
  }
  const sums = sql.join(sumNames.map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`));
  return sql`(select hour_at as starts_at, ${value} as value, ${columns} from (
    select hour_at, provider, model, ${sums} from ${rows} group by workspace_id, hour_at, provider, model) as hours) as sums`;
}
