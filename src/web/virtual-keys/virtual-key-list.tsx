import { Button } from '@mantine/core';
import { KeyRound, Plus, SearchX, TicketCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { EndOfList } from '../credentials/end-of-list.tsx';
import table from '../credentials/keys-table.module.css';
import { useLocale } from '../locales/use-locale.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { joinSentences } from '../ui/sentences.ts';
import { CardsSkeleton, TableSkeleton } from '../ui/skeletons.tsx';
import { usePoolKeys } from './pool-keys.ts';
import type { VirtualKeyId } from './virtual-key.ts';
import type { useVirtualKeys } from './virtual-key-queries.ts';
import type { VirtualKeysSearch } from './virtual-keys-search.ts';
import { VirtualKeysCards, VirtualKeysTable } from './virtual-keys-table.tsx';

interface VirtualKeyListProps {
  list: ReturnType<typeof useVirtualKeys>;
  search: VirtualKeysSearch;
  openId: VirtualKeyId | null;
  isPhone: boolean;
  onOpen: (id: VirtualKeyId) => void;
  onCreate: () => void;
  onChange: (patch: VirtualKeysSearch) => void;
}

/** The list in whatever state it is: loading, failed, empty, nothing found, or virtual keys. */
export function VirtualKeyList(props: VirtualKeyListProps) {
  const { list, openId, isPhone, onOpen } = props;
  const { t } = useTranslation('virtualKeys');
  if (list.isPending) return isPhone ? <CardsSkeleton cards={4} height={132} /> : <TableSkeleton columns={6} />;
  if (list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const virtualKeys = list.data.pages.flatMap((page) => page.items);
  if (virtualKeys.length === 0) return <NothingHere {...props} />;
  return (
    <>
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {isPhone ? (
        <VirtualKeysCards virtualKeys={virtualKeys} onOpen={onOpen} />
      ) : (
        <VirtualKeysTable virtualKeys={virtualKeys} openId={openId} onOpen={onOpen} />
      )}
      <EndOfList
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
        moreLabel={t('page.more')}
        loadingLabel={t('page.loadingMore')}
      />
      <p role="status" className={table.shown}>
        {t('page.found', { count: virtualKeys.length })}
      </p>
    </>
  );
}

function NothingHere({ search, onCreate, onChange }: VirtualKeyListProps) {
  const { t } = useTranslation('virtualKeys');
  const poolKeys = usePoolKeys();
  const mayCreate = useAllowed('virtual-key:create');
  const locale = useLocale();
  if ([search.q, search.state, search.keyId].some((filter) => filter !== undefined))
    return (
      <EmptyState
        icon={SearchX}
        title={t('empty.noMatch')}
        text={t('empty.noMatchHint')}
        action={
          <Button variant="default" onClick={() => onChange({ q: undefined, state: undefined, keyId: undefined })}>
            {t('empty.clear')}
          </Button>
        }
      />
    );
  if (!poolKeys.isLoading && poolKeys.error === null && poolKeys.items.length === 0)
    return (
      <EmptyState
        icon={KeyRound}
        title={t('empty.noKeysTitle')}
        text={joinSentences([t('empty.sentence'), t('empty.noKeys')], locale)}
        action={
          <LinkButton to="/keys" search={{ add: 1 }} leftSection={<Plus size={16} aria-hidden />}>
            {t('empty.addKey')}
          </LinkButton>
        }
      />
    );
  return (
    <EmptyState
      icon={TicketCheck}
      title={t('empty.title')}
      text={t('empty.sentence')}
      action={
        mayCreate && (
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={onCreate}>
            {t('empty.action')}
          </Button>
        )
      }
    />
  );
}
