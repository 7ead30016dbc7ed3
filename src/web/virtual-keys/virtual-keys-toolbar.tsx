import { useTranslation } from 'react-i18next';
import { virtualKeyStates } from '../../contract/vocabulary.ts';
import { isCredentialId } from '../credentials/credential.ts';
import { type Facet, FacetBar } from '../ui/facet-bar.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { usePoolKeys } from './pool-keys.ts';
import classes from './virtual-keys.module.css';
import { isVirtualKeyState, type VirtualKeysSearch } from './virtual-keys-search.ts';

interface VirtualKeysToolbarProps {
  search: VirtualKeysSearch;
  onChange: (patch: VirtualKeysSearch) => void;
}

/** Search and filters by state and by the API key behind. */
export function VirtualKeysToolbar({ search, onChange }: VirtualKeysToolbarProps) {
  const { t } = useTranslation('virtualKeys');
  const { items } = usePoolKeys();
  const keys = items.map(({ id, name }) => ({ value: String(id), label: name }));
  // A filter from the address stays visible even when its key is gone.
  if (search.keyId !== undefined && !keys.some(({ value }) => value === search.keyId))
    keys.push({ value: search.keyId, label: search.keyId });
  const facets: Facet[] = [
    {
      id: 'state',
      label: t('filter.state'),
      options: virtualKeyStates.map((value) => ({ value, label: t(`state.${value}`) })),
      value: search.state,
      onChange: (state) => onChange({ state: isVirtualKeyState(state) ? state : undefined }),
    },
    {
      id: 'key',
      label: t('filter.key'),
      options: keys,
      value: search.keyId,
      onChange: (keyId) => onChange({ keyId: isCredentialId(keyId) ? keyId : undefined }),
    },
  ];
  return (
    <search className={classes.toolbar}>
      <SearchField
        className={classes.search ?? ''}
        label={t('filter.search')}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <FacetBar facets={facets} onClear={() => onChange({ state: undefined, keyId: undefined })} />
    </search>
  );
}
