import { Button } from '@mantine/core';
import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EndOfList } from '../../credentials/end-of-list.tsx';
import table from '../../credentials/keys-table.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeletons.tsx';
import type { MemberQuestion } from './member-actions.tsx';
import type { useMembers } from './member-queries.ts';
import type { MembersSearch } from './members-search.ts';
import { MembersCards, MembersTable } from './members-table.tsx';

interface MemberListProps {
  list: ReturnType<typeof useMembers>;
  isPhone: boolean;
  onAsk: (question: MemberQuestion) => void;
  onChange: (patch: MembersSearch) => void;
}

/** The list in whatever state it is: loading, failed, nothing found, or members. A workspace is never without any. */
export function MemberList({ list, isPhone, onAsk, onChange }: MemberListProps) {
  const { t } = useTranslation('members');
  if (list.isPending) return isPhone ? <CardsSkeleton cards={4} height={118} /> : <TableSkeleton columns={5} />;
  if (list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const members = list.data.pages.flatMap((page) => page.items);
  if (members.length === 0) {
    const clear = () => onChange({ q: undefined, role: undefined, state: undefined });
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
  }
  const List = isPhone ? MembersCards : MembersTable;
  return (
    <>
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      <List members={members} onAsk={onAsk} />
      <EndOfList
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
        moreLabel={t('page.more')}
        loadingLabel={t('page.loadingMore')}
      />
      <p role="status" className={table.shown}>
        {t('page.found', { count: members.length })}
      </p>
    </>
  );
}
