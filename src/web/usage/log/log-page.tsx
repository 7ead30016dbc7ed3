import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { ArrowUp, ChartNoAxesCombined, Download, ScrollText, SearchX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageEventId } from '../../../contract/ids.ts';
import { dayOf } from '../../credentials/credential.ts';
import { EndOfList } from '../../credentials/end-of-list.tsx';
import { PHONE } from '../../credentials/screen.ts';
import { useNow } from '../../credentials/use-now.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeletons.tsx';
import { toastError } from '../../ui/toasts.tsx';
import { spanOf } from '../range.ts';
import { emptyFilter, writeFilter, writeRange } from '../usage-search.ts';
import { downloadUsage } from './download-usage.ts';
import classes from './log.module.css';
import { LogCards } from './log-cards.tsx';
import { type EventQuery, eventQuery, type UsageEvent, useEvents } from './log-queries.ts';
import { type LogSearch, noLogFilters } from './log-search.ts';
import { LogTable } from './log-table.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { UnpricedModels } from './unpriced-models.tsx';
import { type Live, useLive } from './use-live.ts';
import { useLogSearch } from './use-log-search.ts';

const EventPanel = lazy(() => import('./event-panel.tsx'));

/** Every call that went through the gateway, newest first and live. The address carries filters and the open call. */
export default function LogPage() {
  const { t } = useTranslation('usage');
  const { search, change } = useLogSearch();
  const now = useNow();
  const [isLive, setIsLive] = useState(true);
  const query = eventQuery(search, now);
  const events = useEvents(query);
  const queryClient = useQueryClient();
  const live = useLive({
    query,
    loaded: events.data?.pages.flatMap((page) => page.items) ?? [],
    isLive: isLive && events.data !== undefined && query.to === undefined,
    onReload: () => void queryClient.resetQueries({ queryKey: ['GET /api/usage/events', { query }], exact: true }),
  });
  const open = (id: UsageEventId) => change({ event: id }, { isNewEntry: search.event === undefined });
  return (
    <Page title={t('log.title')} lead={t('log.sentence')} action={<Actions search={search} query={query} />}>
      <LogToolbar
        search={search}
        span={spanOf(search.range, now)}
        isLive={isLive}
        onChange={change}
        onLive={setIsLive}
      />
      {search.priceState === 'unpriced' && <UnpricedModels events={live.shown} />}
      <LogList events={events} live={live} search={search} onOpen={open} onChange={change} />
      {search.event !== undefined && (
        <Suspense fallback={null}>
          <EventPanel
            id={search.event}
            inList={live.shown.find(({ id }) => id === search.event)}
            onClose={() => change({ event: undefined })}
            onOpen={open}
          />
        </Suspense>
      )}
    </Page>
  );
}

function Actions({ search, query }: { search: LogSearch; query: EventQuery }) {
  const { t } = useTranslation('usage');
  const [isBusy, setIsBusy] = useState(false);
  const download = async () => {
    setIsBusy(true);
    await downloadUsage(query, `usage-${dayOf(new Date().toISOString())}.csv`).catch(toastError);
    setIsBusy(false);
  };
  return (
    <Button.Group>
      <LinkButton
        to="/usage"
        search={{ ...writeRange(search.range), ...writeFilter(search.filter) }}
        variant="default"
        leftSection={<ChartNoAxesCombined size={16} aria-hidden />}
      >
        {t('log.charts')}
      </LinkButton>
      <Button
        variant="default"
        loading={isBusy}
        leftSection={<Download size={16} aria-hidden />}
        onClick={() => void download()}
      >
        {t('log.export')}
      </Button>
    </Button.Group>
  );
}

interface LogListProps {
  events: ReturnType<typeof useEvents>;
  live: Live;
  search: LogSearch;
  onOpen: (id: UsageEventId) => void;
  onChange: (patch: Partial<LogSearch>) => void;
}

/** The list in whatever state it is: loading, failed, empty, nothing found, or calls. */
function LogList({ events, live, search, onOpen, onChange }: LogListProps) {
  const { t } = useTranslation('usage');
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  if (events.isPending)
    return isPhone ? <CardsSkeleton cards={6} height={132} /> : <TableSkeleton rows={12} columns={6} />;
  if (events.data === undefined) return <ErrorState error={events.error} onRetry={() => void events.refetch()} />;
  if (live.shown.length === 0) return <NothingHere search={search} onChange={onChange} />;
  const List = isPhone ? LogCards : LogTable;
  return (
    <>
      {live.waiting > 0 && (
        <Button
          size="compact-sm"
          radius="xl"
          className={classes.waiting ?? ''}
          leftSection={<ArrowUp size={14} aria-hidden />}
          onClick={live.showWaiting}
        >
          {t('log.waiting', { count: live.waiting })}
        </Button>
      )}
      <List
        events={live.shown}
        fresh={live.fresh}
        openId={search.event}
        onOpen={(event: UsageEvent) => onOpen(event.id)}
      />
      <EndOfList
        hasMore={events.hasNextPage}
        isLoading={events.isFetchingNextPage}
        onMore={() => void events.fetchNextPage()}
        moreLabel={t('log.more')}
        loadingLabel={t('log.loadingMore')}
      />
    </>
  );
}

function NothingHere({ search, onChange }: Pick<LogListProps, 'search' | 'onChange'>) {
  const { t } = useTranslation('usage');
  const { filter, outcome, usageState, priceState, requestId, range } = search;
  const filters = [...Object.values(filter), outcome, usageState, priceState, requestId];
  if (filters.every((value) => value === undefined) && range === '30d')
    return (
      <EmptyState
        icon={ScrollText}
        title={t('empty.title')}
        text={t('empty.sentence')}
        action={<LinkButton to="/virtual-keys">{t('empty.action')}</LinkButton>}
      />
    );
  return (
    <EmptyState
      icon={SearchX}
      title={t('empty.noMatch')}
      text={t('empty.noMatchHint')}
      action={
        <Button variant="default" onClick={() => onChange({ ...noLogFilters, filter: emptyFilter, range: '30d' })}>
          {t('empty.clear')}
        </Button>
      }
    />
  );
}
