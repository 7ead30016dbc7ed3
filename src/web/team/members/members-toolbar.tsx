import { useTranslation } from 'react-i18next';
import { roles } from '../../../contract/permissions.ts';
import { memberStates } from '../../../contract/vocabulary.ts';
import { FacetBar } from '../../ui/facet-bar.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import classes from '../team.module.css';
import { isMemberState, isRole, type MembersSearch } from './members-search.ts';

interface MembersToolbarProps {
  search: MembersSearch;
  onChange: (patch: MembersSearch) => void;
}

export function MembersToolbar({ search, onChange }: MembersToolbarProps) {
  const { t } = useTranslation(['members', 'shell']);
  return (
    <div className={classes.toolbar}>
      <SearchField
        className={classes.search}
        label={t('members:filter.search')}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <FacetBar
        facets={[
          {
            id: 'role',
            label: t('members:filter.role'),
            options: roles.map((value) => ({ value, label: t(`shell:workspace.role.${value}`) })),
            value: search.role,
            onChange: (role) => onChange({ role: isRole(role) ? role : undefined }),
          },
          {
            id: 'state',
            label: t('members:filter.state'),
            options: memberStates.map((value) => ({ value, label: t(`members:state.${value}`) })),
            value: search.state,
            onChange: (state) => onChange({ state: isMemberState(state) ? state : undefined }),
          },
        ]}
        onClear={() => onChange({ role: undefined, state: undefined })}
      />
    </div>
  );
}
