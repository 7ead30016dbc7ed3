import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Blocks, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EndOfList } from '../credentials/end-of-list.tsx';
import { useLocale } from '../locales/use-locale.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { formatCount } from '../ui/numbers.tsx';
import { CardsSkeleton, TableSkeleton } from '../ui/skeletons.tsx';
import classes from './model-list.module.css';
import type { useModels } from './model-queries.ts';
import { ModelsCards } from './models-cards.tsx';
import type { ModelsSearch } from './models-search.ts';
import { type ModelListProps, ModelsTable } from './models-table.tsx';

interface ListProps extends Pick<ModelListProps, 'currency' | 'onCompare' | 'onOpen'> {
  models: ReturnType<typeof useModels>;
  search: ModelsSearch;
  isPhone: boolean;
  onChange: (patch: ModelsSearch) => void;
}

/** The list in whatever state it is: loading, failed, nothing found, or models. */
export function ModelList({ models, search, isPhone, onChange, ...rest }: ListProps) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  if (models.isPending)
    return isPhone ? <CardsSkeleton cards={6} height={132} /> : <TableSkeleton rows={12} columns={5} />;
  if (models.data === undefined) return <ErrorState error={models.error} onRetry={() => void models.refetch()} />;
  const found = models.data.pages.flatMap((page) => page.items);
  const total = models.data.pages[0]?.total ?? found.length;
  const List = isPhone ? ModelsCards : ModelsTable;
  return (
    <>
      <p role="status" className={classes.count}>
        {t('page.found', { count: total, formatted: formatCount(total, locale) })}
      </p>
      {models.isError && <ErrorState error={models.error} onRetry={() => void models.refetch()} />}
      {found.length === 0 ? (
        <NothingHere search={search} onChange={onChange} />
      ) : (
        <List models={found} compared={search.compare ?? []} {...rest} />
      )}
      <EndOfList
        hasMore={models.hasNextPage}
        isLoading={models.isFetchingNextPage}
        onMore={() => void models.fetchNextPage()}
        moreLabel={t('page.more')}
        loadingLabel={t('page.loadingMore')}
      />
    </>
  );
}

function NothingHere({ search, onChange }: Pick<ListProps, 'search' | 'onChange'>) {
  const { t } = useTranslation('models');
  const { q, provider, category = [], context, price } = search;
  const isNarrowed = category.length > 0 || [q, provider, context, price].some((filter) => filter !== undefined);
  if (!isNarrowed)
    return (
      <EmptyState
        icon={Blocks}
        title={t('empty.none')}
        text={t('empty.noneHint')}
        action={
          <Button component={Link} to="/keys">
            {t('empty.toKeys')}
          </Button>
        }
      />
    );
  const clear = { q: undefined, provider: undefined, category: [], context: undefined, price: undefined };
  return (
    <EmptyState
      icon={SearchX}
      title={t('empty.noMatch')}
      text={t('empty.noMatchHint')}
      action={
        <Button variant="default" onClick={() => onChange(clear)}>
          {t('empty.clear')}
        </Button>
      }
    />
  );
}
