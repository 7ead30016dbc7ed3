import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { read } from '../api.ts';
import { type Facet, FacetBar } from '../ui/facet-bar.tsx';
import { SearchField } from '../ui/search-field.tsx';
import classes from './audit.module.css';
import type { AuditScope } from './audit-queries.ts';
import { type AuditSearch, auditResults, noAuditFilters, nounsOf } from './audit-search.ts';
import { DatesField } from './dates-field.tsx';

const MEMBERS_MAX = 100;

interface AuditToolbarProps {
  scope: AuditScope;
  search: AuditSearch;
  /** Whether the person sees the doing of others, so that they can choose among people. */
  seesOthers: boolean;
  onChange: (patch: Partial<AuditSearch>) => void;
}

/** Text, kind, result, person and days, each of which narrows the list. */
export function AuditToolbar({ scope, search, seesOthers, onChange }: AuditToolbarProps) {
  const { t } = useTranslation('audit');
  const people = usePeopleFacet({ search, isShown: seesOthers && scope === 'workspace', onChange });
  const facets: Facet[] = [
    {
      id: 'noun',
      label: t('filter.noun'),
      options: nounsOf(scope).map((value) => ({ value, label: t(`noun.${value}`) })),
      value: search.noun,
      onChange: (value) => onChange({ noun: nounsOf(scope).find((noun) => noun === value) }),
    },
    {
      id: 'result',
      label: t('filter.result'),
      options: auditResults.map((value) => ({ value, label: t(`result.${value}`) })),
      value: search.result,
      onChange: (value) => onChange({ result: auditResults.find((result) => result === value) }),
    },
    ...people,
    ...(search.target === undefined
      ? []
      : [
          {
            id: 'target',
            label: t('detail.target'),
            options: [{ value: search.target, label: search.target }],
            value: search.target,
            onChange: (target: string | undefined) => onChange({ target }),
          },
        ]),
  ];
  return (
    <search className={classes.toolbar}>
      <div className={classes.line}>
        <SearchField
          className={classes.search}
          label={t('filter.search')}
          value={search.q ?? ''}
          onChange={(q) => onChange({ q: q.trim() === '' ? undefined : q.trim() })}
        />
        <DatesField dates={search} onChange={onChange} />
      </div>
      <FacetBar facets={facets} onClear={() => onChange({ ...noAuditFilters, q: search.q })} />
    </search>
  );
}

interface PeopleFacetProps {
  search: AuditSearch;
  isShown: boolean;
  onChange: AuditToolbarProps['onChange'];
}

/** The members of the workspace. Somebody who left is chosen from an event of theirs and then stands here by their id. */
function usePeopleFacet({ search, isShown, onChange }: PeopleFacetProps): Facet[] {
  const { t } = useTranslation('audit');
  const members = useQuery({ ...read('GET /api/members', { query: { limit: MEMBERS_MAX } }), enabled: isShown });
  if (!isShown) return [];
  const known = (members.data?.items ?? []).map(({ userId, name, email }) => ({
    value: String(userId),
    label: name === '' ? (email ?? userId) : name,
  }));
  const { person } = search;
  const isListed = person === undefined || known.some(({ value }) => value === person);
  return [
    {
      id: 'person',
      label: t('filter.person'),
      options: isListed ? known : [...known, { value: person, label: person }],
      value: person,
      onChange: (value) => onChange({ person: value }),
    },
  ];
}
