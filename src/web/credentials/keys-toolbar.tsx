import { Button } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { credentialStatuses } from '../../contract/vocabulary.ts';
import { type Facet, FacetBar } from '../ui/facet-bar.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { useKeyFacets, useProviders } from './key-queries.ts';
import { isStatusFilter, type KeysSearch } from './keys-search.ts';
import classes from './keys-toolbar.module.css';

interface KeysToolbarProps {
  search: KeysSearch;
  onChange: (patch: KeysSearch) => void;
}

/** Search, filters with their counts, and the way into the trash. */
export function KeysToolbar({ search, onChange }: KeysToolbarProps) {
  const { t } = useTranslation('credentials');
  const facets = useFacets(search, onChange);
  const isTrash = search.status === 'trashed';
  const trashed = useKeyFacets().data?.trashed ?? 0;
  return (
    <search className={classes.toolbar}>
      <SearchField
        className={classes.search ?? ''}
        label={t('filter.search')}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <div className={classes.facets}>
        <FacetBar
          facets={facets}
          onClear={() => onChange({ provider: undefined, tag: undefined, status: undefined })}
        />
      </div>
      <Button
        className={classes.trash}
        variant={isTrash ? 'light' : 'subtle'}
        color={isTrash ? 'jade' : 'gray'}
        aria-pressed={isTrash}
        leftSection={<Trash2 size={15} aria-hidden />}
        onClick={() => onChange({ status: isTrash ? undefined : 'trashed' })}
      >
        {t('filter.trashed')}
        {trashed > 0 && <span className={classes.count}>{trashed}</span>}
      </Button>
    </search>
  );
}

function useFacets(search: KeysSearch, onChange: (patch: KeysSearch) => void): Facet[] {
  const { t } = useTranslation('credentials');
  const { nameOf } = useProviders();
  const { data } = useKeyFacets();
  const providers = (data?.providers ?? []).map(({ id, count }) => ({ value: id, label: nameOf(id), count }));
  const tags = (data?.tags ?? []).map(({ tag, count }) => ({ value: tag, label: tag, count }));
  const counts = new Map(data?.statuses.map(({ status, count }) => [status, count]));
  const statuses = credentialStatuses
    .filter((status) => counts.has(status) || search.status === status)
    .map((status) => ({ value: status, label: t(`status.${status}`), count: counts.get(status) ?? 0 }));
  return [
    {
      id: 'provider',
      label: t('filter.provider'),
      options: withChosen(providers, search.provider, nameOf),
      value: search.provider,
      onChange: (provider) => onChange({ provider }),
    },
    {
      id: 'status',
      label: t('filter.status'),
      options: [...statuses, { value: 'expiring', label: t('filter.expiring') }],
      value: search.status === 'trashed' ? undefined : search.status,
      onChange: (status) => onChange({ status: isStatusFilter(status) ? status : undefined }),
    },
    {
      id: 'tag',
      label: t('filter.tag'),
      options: withChosen(tags, search.tag, (tag) => tag),
      value: search.tag,
      onChange: (tag) => onChange({ tag }),
    },
  ];
}

/** A filter from the address stays visible even when nothing has it any more. */
function withChosen<Option extends { value: string }>(
  options: readonly Option[],
  chosen: string | undefined,
  labelOf: (value: string) => string,
): (Option | { value: string; label: string })[] {
  if (chosen === undefined || options.some((option) => option.value === chosen)) return [...options];
  return [...options, { value: chosen, label: labelOf(chosen) }];
}
