import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { userStates } from '../../../contract/vocabulary.ts';
import { EndOfList } from '../../credentials/end-of-list.tsx';
import { pick } from '../../search-params.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FacetBar } from '../../ui/facet-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { TableSkeleton } from '../../ui/skeletons.tsx';
import { UserList } from './user-list.tsx';
import { UserPanel } from './user-panel.tsx';
import { readState, type UserFilter, useUsers } from './user-queries.ts';
import classes from './users.module.css';

const route = getRouteApi('/app/administration/users');

interface Address {
  q?: string | undefined;
  state?: string | undefined;
  user?: string | undefined;
}

/** Everybody with an account. The address carries what is searched and who is open. */
export default function UsersPage() {
  const { t } = useTranslation('administration');
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { q: address.q, state: readState(address.state) };
  const users = useUsers(filter);
  const open = users.data?.pages.flatMap((page) => page.items).find(({ id }) => id === address.user);
  const change = (patch: Address, isNewEntry = false) =>
    void navigate({
      search: (before) => pick({ ...before, ...patch }, 'q', 'state', 'user'),
      replace: !isNewEntry,
      resetScroll: false,
    });
  return (
    <Page title={t('users.title')} lead={t('users.lead')}>
      <search className={classes.toolbar}>
        <SearchField
          className={classes.search}
          label={t('users.search')}
          value={address.q ?? ''}
          onChange={(q) => change({ q: q.trim() })}
        />
        <FacetBar
          facets={[
            {
              id: 'state',
              label: t('users.state'),
              options: userStates.map((value) => ({ value, label: t(`users.${value}`) })),
              value: filter.state,
              onChange: (state) => change({ state }),
            },
          ]}
        />
      </search>
      <List
        users={users}
        filter={filter}
        openId={address.user}
        onOpen={(user) => change({ user }, address.user === undefined)}
        onClear={() => change({ q: undefined, state: undefined })}
      />
      {open !== undefined && <UserPanel user={open} onClose={() => change({ user: undefined })} />}
    </Page>
  );
}

interface ListProps {
  users: ReturnType<typeof useUsers>;
  filter: UserFilter;
  openId: string | undefined;
  onOpen: (id: string) => void;
  onClear: () => void;
}

/** The list in whatever state it is. It is never empty but for a search: whoever looks at it has an account. */
function List({ users, filter, openId, onOpen, onClear }: ListProps) {
  const { t } = useTranslation('administration');
  if (users.isPending) return <TableSkeleton rows={8} columns={5} />;
  if (users.data === undefined) return <ErrorState error={users.error} onRetry={() => void users.refetch()} />;
  const shown = users.data.pages.flatMap((page) => page.items);
  if (shown.length === 0) {
    const isNarrowed = filter.q !== undefined || filter.state !== undefined;
    return (
      <EmptyState
        icon={SearchX}
        title={t('users.nothing')}
        text={t('users.nothingText')}
        action={
          isNarrowed && (
            <Button variant="default" onClick={onClear}>
              {t('users.clear')}
            </Button>
          )
        }
      />
    );
  }
  return (
    <>
      <UserList users={shown} openId={openId} isStale={users.isPlaceholderData} onOpen={({ id }) => onOpen(id)} />
      <EndOfList
        hasMore={users.hasNextPage}
        isLoading={users.isFetchingNextPage}
        onMore={() => void users.fetchNextPage()}
        moreLabel={t('users.more')}
        loadingLabel={t('users.loadingMore')}
      />
    </>
  );
}
