import { SegmentedControl, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ArrowDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type UsageGroup, usageGroups } from '../../contract/vocabulary.ts';
import { useLocale } from '../locales/use-locale.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { Amount, Duration, formatShare, isAlarming, Usd } from './amounts.tsx';
import classes from './breakdown.module.css';
import { amountOf, inOrder } from './breakdown-order.ts';
import type { UsageRow } from './usage-queries.ts';
import {
  chosenOf,
  narrowTo,
  type Sort,
  type UsageFilter,
  type UsageSearch,
  writeFilter,
  writeRange,
} from './usage-search.ts';
import { useGroupLabel } from './use-group-label.ts';

interface BreakdownProps {
  rows: readonly UsageRow[];
  search: UsageSearch;
  isStale: boolean;
  onChange: (patch: Partial<UsageSearch>) => void;
}

/** The server gives at most so many groups. */
const ROWS_MAX = 200;

/** Who or what the usage belongs to, as a table with bars. A name narrows the whole page to it. */
export function Breakdown({ rows, search, isStale, onChange }: BreakdownProps) {
  const { t } = useTranslation('usage');
  const { by, sort } = search;
  const labelOf = useGroupLabel();
  const sorted = inOrder(rows, sort, (row) => labelOf(by, row));
  const measure = sort === 'name' ? 'cost' : sort;
  const top = Math.max(0, ...rows.map((row) => amountOf(row, measure)));
  return (
    <section className={classes.card} aria-labelledby="usage-breakdown">
      <header className={classes.header}>
        <h2 id="usage-breakdown">{t('breakdown.title')}</h2>
        <div className={classes.tabs}>
          <SegmentedControl
            size="xs"
            aria-label={t('breakdown.choose')}
            value={by}
            data={usageGroups.map((group) => ({ value: group, label: t(`by.${group}`) }))}
            onChange={(value) => onChange({ by: usageGroups.find((group) => group === value) ?? 'model' })}
          />
        </div>
      </header>
      {sorted.length === 0 ? (
        <p className={classes.quiet}>{t('breakdown.none')}</p>
      ) : (
        <div className={classes.scroll} data-stale={isStale || undefined}>
          <table className={classes.table}>
            <caption>
              <VisuallyHidden>{t('breakdown.caption', { group: t(`by.${by}`) })}</VisuallyHidden>
            </caption>
            <Head by={by} sort={sort} onSort={(next) => onChange({ sort: next })} />
            <tbody>
              {sorted.map((row) => (
                <Row
                  key={row.id ?? ''}
                  row={row}
                  search={search}
                  share={top === 0 ? 0 : amountOf(row, measure) / top}
                  onNarrow={(patch) => onChange({ filter: { ...search.filter, ...patch } })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length >= ROWS_MAX && <p className={classes.more}>{t('breakdown.more', { count: ROWS_MAX })}</p>}
    </section>
  );
}

function Head({ by, sort, onSort }: { by: UsageGroup; sort: Sort; onSort: (sort: Sort) => void }) {
  const { t } = useTranslation('usage');
  const column = (name: Sort, label: string, className?: string) => (
    <th
      scope="col"
      {...(className === undefined ? {} : { className })}
      aria-sort={sort !== name ? 'none' : name === 'name' ? 'ascending' : 'descending'}
    >
      <button type="button" className={classes.sort} data-current={sort === name} onClick={() => onSort(name)}>
        {label}
        {sort === name && <ArrowDown size={12} aria-hidden />}
      </button>
    </th>
  );
  return (
    <thead>
      <tr>
        {column('name', t(`by.${by}`), classes.name)}
        <td className={classes.share} />
        {column('cost', t('column.cost'))}
        {column('requests', t('column.requests'))}
        {column('tokens', t('column.tokens'), classes.wide)}
        {column('errors', t('column.errors'), classes.wide)}
        {column('latency', t('column.latency'), classes.wide)}
      </tr>
    </thead>
  );
}

interface RowProps {
  row: UsageRow;
  search: UsageSearch;
  share: number;
  onNarrow: (filter: UsageFilter) => void;
}

function Row({ row, search, share, onNarrow }: RowProps) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  return (
    <tr>
      <th scope="row" className={classes.name}>
        <Name row={row} search={search} onNarrow={onNarrow} />
      </th>
      <td className={classes.share} aria-hidden>
        <div className={classes.track}>
          <div className={classes.bar} style={{ width: `${Math.round(share * 100)}%` }} />
        </div>
      </td>
      <td>
        <Usd value={row.costUsd} unknown={t('figures.noPrice')} />
        {row.unpricedRequests > 0 && (
          <span className={classes.hint}>
            <Link to="/usage/log" search={logOf(row, search)}>
              {t('breakdown.unpriced', { count: row.unpricedRequests })}
            </Link>
          </span>
        )}
      </td>
      <td>
        <Amount value={row.requests} />
      </td>
      <td className={classes.wide}>
        <Amount value={row.inputTokens + row.outputTokens} />
      </td>
      <td className={classes.wide}>
        {row.errors === 0 ? (
          '0'
        ) : (
          <span className={isAlarming(row) ? classes.bad : undefined}>
            <Amount value={row.errors} /> ({formatShare(row.errors, row.requests, locale)})
          </span>
        )}
      </td>
      <td className={classes.wide}>
        <Duration ms={row.latencyMsAverage} />
      </td>
    </tr>
  );
}

/** The address of the log with the calls of a row that have no price. */
function logOf(row: UsageRow, { by, filter, range }: UsageSearch) {
  return { ...writeRange(range), ...writeFilter({ ...filter, ...narrowTo(by, row.id) }), price: 'unpriced' };
}

function Name({ row, search, onNarrow }: Omit<RowProps, 'share'>) {
  const { t } = useTranslation('usage');
  const labelOf = useGroupLabel();
  const { by, filter } = search;
  const label = labelOf(by, row);
  const patch = narrowTo(by, row.id);
  const isChosen = chosenOf(filter, by) !== undefined;
  return (
    <div className={classes.nameLine}>
      {by === 'provider' && row.id !== null && <ProviderMark providerId={row.id} name={label} size={18} />}
      {patch === null || isChosen ? (
        <span className={`${classes.group} ${row.id === null ? classes.none : ''}`} data-mono={by === 'model'}>
          {label}
        </span>
      ) : (
        <button
          type="button"
          className={classes.group}
          data-mono={by === 'model'}
          title={t('chart.only', { name: label })}
          onClick={() => onNarrow(patch)}
        >
          {label}
        </button>
      )}
    </div>
  );
}
