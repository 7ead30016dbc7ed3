import { Button } from '@mantine/core';
import { History, SearchX, Settings2, ShieldCheck } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import audit from '../../audit/audit.module.css';
import { AuditList } from '../../audit/audit-list.tsx';
import { useAuditEvents } from '../../audit/audit-queries.ts';
import { auditQuery, isNarrowed, noAuditFilters } from '../../audit/audit-search.ts';
import { AuditToolbar } from '../../audit/audit-toolbar.tsx';
import { EventPanel } from '../../audit/event-panel.tsx';
import { EndOfList } from '../../credentials/end-of-list.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState, InlineError } from '../../ui/error-state.tsx';
import { Page } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/skeletons.tsx';
import { useAction } from '../use-action.ts';
import { type ChainItem, ChainReports } from './chain-reports.tsx';
import { type InstanceAuditSearch, useInstanceAuditSearch } from './use-instance-audit-search.ts';

const KeepPanel = lazy(() => import('../../audit/keep-panel.tsx'));

/** What happened to accounts and to the instance, and whether any trail was tampered with. */
export default function InstanceAuditPage() {
  const { t } = useTranslation(['administration', 'audit']);
  const { search, change } = useInstanceAuditSearch();
  const [chains, setChains] = useState<readonly ChainItem[] | null>(null);
  const verifying = useAction();
  const events = useAuditEvents('instance', auditQuery(search));
  const open = events.data?.pages.flatMap((page) => page.items).find(({ id }) => id === search.event);
  const verify = () =>
    verifying.run(async () => {
      setChains(null);
      const { items } = await api('POST /api/instance/audit-events/verify');
      setChains(items);
    });
  return (
    <Page
      title={t('administration:audit.title')}
      lead={t('administration:audit.lead')}
      action={
        <div className={audit.line}>
          <Button
            variant="default"
            leftSection={<Settings2 size={16} aria-hidden />}
            onClick={() => change({ panel: 'keep' }, { isNewEntry: true })}
          >
            {t('audit:settings')}
          </Button>
          <Button
            loading={verifying.isBusy}
            leftSection={<ShieldCheck size={16} aria-hidden />}
            onClick={() => void verify()}
          >
            {t('administration:audit.verify')}
          </Button>
        </div>
      }
    >
      <div aria-live="polite">
        {verifying.isBusy && <p className={audit.running}>{t('administration:audit.running')}</p>}
        {verifying.error !== null && <InlineError error={verifying.error} />}
        {chains !== null && <ChainReports chains={chains} onClose={() => setChains(null)} />}
      </div>
      <AuditToolbar scope="instance" search={search} seesOthers onChange={change} />
      <List events={events} search={search} change={change} />
      {open !== undefined && (
        <EventPanel
          event={open}
          onClose={() => change({ event: undefined })}
          onNarrow={(patch) => change({ ...noAuditFilters, ...patch, event: undefined }, { isNewEntry: true })}
        />
      )}
      {search.panel === 'keep' && (
        <Suspense fallback={null}>
          <KeepPanel scope="instance" onClose={() => change({ panel: undefined })} />
        </Suspense>
      )}
    </Page>
  );
}

function List({ events, search, change }: InstanceAuditSearch & { events: ReturnType<typeof useAuditEvents> }) {
  const { t } = useTranslation('audit');
  if (events.isPending) return <TableSkeleton rows={12} columns={4} />;
  if (events.data === undefined) return <ErrorState error={events.error} onRetry={() => void events.refetch()} />;
  const shown = events.data.pages.flatMap((page) => page.items);
  if (shown.length === 0 && isNarrowed(search)) {
    return (
      <EmptyState
        icon={SearchX}
        title={t('empty.noMatch')}
        text={t('empty.noMatchText')}
        action={
          <Button variant="default" onClick={() => change(noAuditFilters)}>
            {t('empty.clear')}
          </Button>
        }
      />
    );
  }
  if (shown.length === 0) return <EmptyState icon={History} title={t('empty.title')} text={t('empty.text')} />;
  return (
    <>
      <AuditList
        events={shown}
        openId={search.event}
        onOpen={({ id }) => change({ event: id }, { isNewEntry: search.event === undefined })}
      />
      <EndOfList
        hasMore={events.hasNextPage}
        isLoading={events.isFetchingNextPage}
        onMore={() => void events.fetchNextPage()}
        moreLabel={t('more')}
        loadingLabel={t('loadingMore')}
      />
    </>
  );
}
