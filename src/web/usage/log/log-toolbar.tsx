import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { priceStates, usageStates } from '../../../contract/vocabulary.ts';
import { type Facet, FacetBar } from '../../ui/facet-bar.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import type { Span } from '../range.ts';
import { RangePicker } from '../range-picker.tsx';
import { emptyFilter } from '../usage-search.ts';
import { useFilterFacets } from '../use-filter-facets.ts';
import classes from './log.module.css';
import { type LogSearch, noLogFilters, outcomeFilters } from './log-search.ts';

interface LogToolbarProps {
  search: LogSearch;
  span: Span;
  isLive: boolean;
  onChange: (patch: Partial<LogSearch>) => void;
  onLive: (isLive: boolean) => void;
}

/** When, which and whose calls; and whether new ones come in by themselves. */
export function LogToolbar({ search, span, isLive, onChange, onLive }: LogToolbarProps) {
  const { t } = useTranslation('usage');
  const groups = useFilterFacets({ span, filter: search.filter, onChange: (filter) => onChange({ filter }) });
  const states = useStateFacets(search, onChange);
  return (
    <search className={classes.toolbar}>
      <div className={classes.line}>
        <RangePicker range={search.range} onChange={(range) => onChange({ range })} />
        <SearchField
          className={classes.request}
          label={t('log.requestId')}
          value={search.requestId ?? ''}
          onChange={(requestId) => onChange({ requestId: requestId.trim() === '' ? undefined : requestId.trim() })}
        />
        <Switch
          className={classes.live ?? ''}
          label={t('log.live')}
          checked={isLive}
          onChange={(event) => onLive(event.currentTarget.checked)}
        />
      </div>
      <FacetBar
        facets={[...states, ...groups]}
        onClear={() => onChange({ ...noLogFilters, filter: emptyFilter, requestId: search.requestId })}
      />
    </search>
  );
}

function useStateFacets(search: LogSearch, onChange: LogToolbarProps['onChange']): Facet[] {
  const { t } = useTranslation('usage');
  return [
    {
      id: 'outcome',
      label: t('log.column.outcome'),
      options: outcomeFilters.map((value) => ({ value, label: t(`outcome.${value}`) })),
      value: search.outcome,
      onChange: (value) => onChange({ outcome: outcomeFilters.find((outcome) => outcome === value) }),
    },
    {
      id: 'usage',
      label: t('log.usageState'),
      options: usageStates.map((value) => ({ value, label: t(`usageState.${value}`) })),
      value: search.usageState,
      onChange: (value) => onChange({ usageState: usageStates.find((state) => state === value) }),
    },
    {
      id: 'price',
      label: t('log.priceState'),
      options: priceStates.map((value) => ({ value, label: t(`priceState.${value}`) })),
      value: search.priceState,
      onChange: (value) => onChange({ priceState: priceStates.find((state) => state === value) }),
    },
  ];
}
