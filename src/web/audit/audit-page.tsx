import { Button } from '@mantine/core';
import { Download, EyeOff, History, SearchX, Settings2, ShieldCheck } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { api } from '../api.ts';
import { dayOf } from '../credentials/credential.ts';
import { EndOfList } from '../credentials/end-of-list.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState, InlineError } from '../ui/error-state.tsx';
import { Page } from '../ui/page.tsx';
import { TableSkeleton } from '../ui/skeletons.tsx';
import { toastError } from '../ui/toasts.tsx';
import classes from './audit.module.css';
import { AuditList } from './audit-list.tsx';
import { type ChainReport, useAuditEvents } from './audit-queries.ts';
import { type AuditQuery, type AuditSearch, auditQuery, isNarrowed, noAuditFilters } from './audit-search.ts';
import { AuditToolbar } from './audit-toolbar.tsx';
import { ChainReportView } from './chain-report.tsx';
import { downloadAudit } from './download-audit.ts';
import { EventPanel } from './event-panel.tsx';
import { useAuditSearch } from './use-audit-search.ts';

const KeepPanel = lazy(() => import('./keep-panel.tsx'));

type Verification = { kind: 'running' } | { kind: 'done'; report: ChainReport } | { kind: 'failed'; error: unknown };

/** Who did what in the workspace. Owners and administrators see everything, members their own doing. */
export default function AuditPage() {
  const { t } = useTranslation('audit');
  const mayRead = useAllowed('audit:read');
  const seesOthers = useAllowed('audit:export');
  const { search, change } = useAuditSearch();
  const [verification, setVerification] = useState<Verification | null>(null);
  const query = auditQuery(search);
  const events = useAuditEvents('workspace', query, mayRead);
  const shown = events.data?.pages.flatMap((page) => page.items) ?? [];
  const open = shown.find(({ id }) => id === search.event);
  const verify = async () => {
    setVerification({ kind: 'running' });
    try {
      setVerification({ kind: 'done', report: await api('POST /api/audit-events/verify') });
    } catch (error) {
      setVerification({ kind: 'failed', error });
    }
  };
  if (!mayRead) {
    return (
      <Page title={t('title')}>
        <EmptyState icon={EyeOff} title={t('forbidden')} text={t('forbiddenText')} />
      </Page>
    );
  }
  return (
    <Page
      title={t('title')}
      lead={t(seesOthers ? 'lead' : 'leadOwn')}
      action={
        seesOthers && (
          <Actions
            query={query}
            isVerifying={verification?.kind === 'running'}
            onVerify={() => void verify()}
            onSettings={() => change({ panel: 'keep' }, { isNewEntry: true })}
          />
        )
      }
    >
      {verification !== null && <VerificationView state={verification} onClose={() => setVerification(null)} />}
      <AuditToolbar scope="workspace" search={search} seesOthers={seesOthers} onChange={change} />
      <List events={events} search={search} onChange={change} />
      {open !== undefined && (
        <EventPanel
          event={open}
          onClose={() => change({ event: undefined })}
          onNarrow={(patch) => change({ ...noAuditFilters, ...patch, event: undefined }, { isNewEntry: true })}
        />
      )}
      {search.panel === 'keep' && seesOthers && (
        <Suspense fallback={null}>
          <KeepPanel scope="workspace" onClose={() => change({ panel: undefined })} />
        </Suspense>
      )}
    </Page>
  );
}

interface ActionsProps {
  query: AuditQuery;
  isVerifying: boolean;
  onVerify: () => void;
  onSettings: () => void;
}

function Actions({ query, isVerifying, onVerify, onSettings }: ActionsProps) {
  const { t } = useTranslation('audit');
  const [isBusy, setIsBusy] = useState(false);
  const download = async () => {
    setIsBusy(true);
    await downloadAudit(query, `audit-${dayOf(new Date().toISOString())}.csv`).catch(toastError);
    setIsBusy(false);
  };
  return (
    <div className={classes.line}>
      <Button variant="default" leftSection={<Settings2 size={16} aria-hidden />} onClick={onSettings}>
        {t('settings')}
      </Button>
      <Button
        variant="default"
        loading={isBusy}
        leftSection={<Download size={16} aria-hidden />}
        onClick={() => void download()}
      >
        {t('export')}
      </Button>
      <Button loading={isVerifying} leftSection={<ShieldCheck size={16} aria-hidden />} onClick={onVerify}>
        {t('verify.action')}
      </Button>
    </div>
  );
}

function VerificationView({ state, onClose }: { state: Verification; onClose: () => void }) {
  const { t } = useTranslation('audit');
  return (
    <div aria-live="polite">
      {state.kind === 'running' && <p className={classes.running}>{t('verify.running')}</p>}
      {state.kind === 'done' && <ChainReportView report={state.report} onClose={onClose} />}
      {state.kind === 'failed' && <InlineError error={state.error} />}
    </div>
  );
}

interface ListProps {
  events: ReturnType<typeof useAuditEvents>;
  search: AuditSearch;
  onChange: ReturnType<typeof useAuditSearch>['change'];
}

/** The list in whatever state it is: loading, failed, empty, nothing found, or events. */
function List({ events, search, onChange }: ListProps) {
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
          <Button variant="default" onClick={() => onChange(noAuditFilters)}>
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
        onOpen={({ id }) => onChange({ event: id }, { isNewEntry: search.event === undefined })}
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
