import { Button } from '@mantine/core';
import { KeyRound, Plus, SearchX, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { CardsSkeleton, TableSkeleton } from '../ui/skeletons.tsx';
import { isOverseer, useActiveWorkspace } from '../workspaces/active-workspace.ts';
import type { CredentialId } from './credential.ts';
import { EndOfList } from './end-of-list.tsx';
import { useKeyFacets, type useKeys } from './key-queries.ts';
import { KeysCards } from './keys-cards.tsx';
import type { KeysSearch } from './keys-search.ts';
import classes from './keys-table.module.css';
import { KeysTable } from './keys-table.tsx';
import type { Selection } from './use-selection.ts';

interface KeyListProps {
  keys: ReturnType<typeof useKeys>;
  search: KeysSearch;
  selection: Selection;
  openId: CredentialId | null;
  isPhone: boolean;
  onOpen: (id: CredentialId) => void;
  onAdd: () => void;
  onChange: (patch: KeysSearch) => void;
}

/** The list in whatever state it is: loading, failed, empty, nothing found, or keys. */
export function KeyList(props: KeyListProps) {
  const { keys, search, selection, openId, isPhone, onOpen } = props;
  const { t } = useTranslation('credentials');
  if (keys.isPending) return isPhone ? <CardsSkeleton cards={5} height={118} /> : <TableSkeleton columns={6} />;
  if (keys.data === undefined) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />;
  const credentials = keys.data.pages.flatMap((page) => page.items);
  if (credentials.length === 0) return <NothingHere {...props} />;
  return (
    <>
      {keys.isError && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {isPhone ? (
        <KeysCards credentials={credentials} selection={selection} onOpen={onOpen} />
      ) : (
        <KeysTable credentials={credentials} selection={selection} openId={openId} onOpen={onOpen} />
      )}
      <EndOfList
        hasMore={keys.hasNextPage}
        isLoading={keys.isFetchingNextPage}
        onMore={() => void keys.fetchNextPage()}
        moreLabel={t('page.more')}
        loadingLabel={t('page.loadingMore')}
      />
      <ShownCount shown={credentials.length} search={search} />
    </>
  );
}

/** How many keys there are, spoken when it changes. Without filters the total is known before all pages are. */
function ShownCount({ shown, search }: { shown: number; search: KeysSearch }) {
  const { t } = useTranslation('credentials');
  const { data } = useKeyFacets();
  const isWhole = [search.q, search.provider, search.tag, search.status].every((filter) => filter === undefined);
  const count = isWhole ? (data?.total ?? shown) : shown;
  return (
    <p role="status" className={classes.shown}>
      {t('page.found', { count })}
    </p>
  );
}

function NothingHere({ search, onAdd, onChange }: KeyListProps) {
  const { t } = useTranslation('credentials');
  const workspace = useActiveWorkspace();
  const clear = () => onChange({ q: undefined, provider: undefined, tag: undefined, status: undefined });
  const { q, provider, tag, status } = search;
  const isNarrowed = [q, provider, tag].some((filter) => filter !== undefined);
  if (status === 'trashed' && !isNarrowed)
    return (
      <EmptyState
        icon={Trash2}
        title={t('empty.trash')}
        text={t('empty.trashHint')}
        action={
          <Button variant="default" onClick={clear}>
            {t('empty.back')}
          </Button>
        }
      />
    );
  if (isNarrowed || status !== undefined)
    return (
      <EmptyState
        icon={SearchX}
        title={t('empty.noMatch')}
        text={t('empty.noMatchHint')}
        action={
          <Button variant="default" onClick={clear}>
            {t('empty.clear')}
          </Button>
        }
      />
    );
  if (workspace.kind === 'team' && !isOverseer(workspace.role)) return <NothingShared onAdd={onAdd} />;
  return (
    <EmptyState
      icon={KeyRound}
      title={t('empty.title')}
      text={t('empty.sentence')}
      action={
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={onAdd}>
          {t('empty.action')}
        </Button>
      }
    />
  );
}

/** In a team, a list without keys says nothing about how many there are. */
function NothingShared({ onAdd }: Pick<KeyListProps, 'onAdd'>) {
  const { t } = useTranslation(['grants', 'credentials']);
  const mayAdd = useAllowed('credential:create');
  return (
    <EmptyState
      icon={KeyRound}
      title={t(mayAdd ? 'grants:empty.title' : 'grants:empty.titleViewer')}
      text={t(mayAdd ? 'grants:empty.text' : 'grants:empty.textViewer')}
      action={
        mayAdd && (
          <Button variant="default" leftSection={<Plus size={16} aria-hidden />} onClick={onAdd}>
            {t('credentials:page.add')}
          </Button>
        )
      }
    />
  );
}
