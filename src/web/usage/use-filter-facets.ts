import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type UsageGroup, usageGroups } from '../../contract/vocabulary.ts';
import type { Facet } from '../ui/facet-bar.tsx';
import type { Span } from './range.ts';
import { useUsageSummary } from './usage-queries.ts';
import { chosenOf, emptyFilter, narrowTo, type UsageFilter } from './usage-search.ts';
import { useGroupLabel } from './use-group-label.ts';

interface FacetQuestion {
  span: Span;
  filter: UsageFilter;
  onChange: (filter: UsageFilter) => void;
}

/**
 * One choice per kind of group. What a list offers is asked for when it is opened, or when it has a choice to name: the
 * calls of the span under the other filters.
 */
export function useFilterFacets(question: FacetQuestion): Facet[] {
  // The kinds are a constant, so the hooks run in the same order each time.
  const model = useFacet('model', question);
  const provider = useFacet('provider', question);
  const key = useFacet('key', question);
  const virtualKey = useFacet('virtualKey', question);
  const member = useFacet('member', question);
  const tool = useFacet('tool', question);
  const facets = { model, provider, key, virtualKey, member, tool };
  return usageGroups.map((group) => facets[group]);
}

function useFacet(by: UsageGroup, { span, filter, onChange }: FacetQuestion): Facet {
  const { t } = useTranslation('usage');
  const labelOf = useGroupLabel();
  const [isAsked, setIsAsked] = useState(false);
  const value = chosenOf(filter, by);
  const cleared = { ...filter, ...without(by) };
  const { data } = useUsageSummary({ span, filter: cleared, by, isEnabled: isAsked || value !== undefined });
  const options = (data?.rows ?? [])
    .filter(({ id }) => narrowTo(by, id) !== null)
    .map((row) => ({ value: row.id ?? '', label: labelOf(by, row), count: row.requests }));
  const isListed = value === undefined || options.some((option) => option.value === value);
  return {
    id: by,
    label: t(`by.${by}`),
    options: isListed ? options : [...options, { value, label: labelOf(by, { id: value, label: value }) }],
    value,
    onOpen: () => setIsAsked(true),
    onChange: (next) => onChange(next === undefined ? cleared : { ...cleared, ...narrowTo(by, next) }),
  };
}

function without(by: UsageGroup): UsageFilter {
  const fields = {
    model: 'model',
    provider: 'provider',
    key: 'keyId',
    virtualKey: 'virtualKeyId',
    member: 'memberId',
    tool: 'tool',
  } as const;
  return { [fields[by]]: emptyFilter[fields[by]] };
}
