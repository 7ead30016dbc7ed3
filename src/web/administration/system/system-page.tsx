import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { read } from '../../api.ts';
import { useNow } from '../../credentials/use-now.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton } from '../../ui/skeletons.tsx';
import { formatRelative } from '../../ui/time.tsx';
import { formatBytes, formatSeconds } from './amounts.ts';
import { findProblems, type Problem, type System } from './problems.ts';
import { Counts, SystemFacts } from './system-facts.tsx';
import classes from './system-page.module.css';

const REFRESH_MS = 15_000;

/** What the instance runs on and how it is: problems first, in words. */
export default function SystemPage() {
  const { t } = useTranslation('administration');
  const system = useQuery({ ...read('GET /api/admin/system'), refetchInterval: REFRESH_MS });
  return (
    <Page title={t('system.title')} lead={t('system.lead')}>
      {system.data !== undefined && (
        <>
          <Health system={system.data} />
          <Counts counts={system.data.counts} />
          <SystemFacts system={system.data} />
        </>
      )}
      {system.data === undefined && system.error === null && <CardsSkeleton cards={6} height={180} />}
      {system.data === undefined && system.error !== null && (
        <ErrorState error={system.error} onRetry={() => void system.refetch()} />
      )}
    </Page>
  );
}

function Health({ system }: { system: System }) {
  const { t } = useTranslation('administration');
  const problems = findProblems(system, useNow());
  const wordsOf = useProblemWords();
  const isFine = problems.length === 0;
  const Icon = isFine ? CircleCheck : TriangleAlert;
  return (
    <section className={classes.health} data-fine={isFine} aria-labelledby="system-health">
      <Icon size={20} aria-hidden />
      <div>
        <h2 id="system-health">{isFine ? t('system.fine') : t('system.problems', { count: problems.length })}</h2>
        {isFine ? (
          <p>{t('system.fineText')}</p>
        ) : (
          <ul>
            {problems.map((problem) => (
              <li key={problem.kind}>{wordsOf(problem)}</li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function useProblemWords(): (problem: Problem) => string {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  const now = useNow();
  return (problem) => {
    switch (problem.kind) {
      case 'diskFull':
        return t('system.problem.diskFull', { free: formatBytes(problem.freeBytes, locale) });
      case 'journalError':
        return t('system.problem.journalError', { error: problem.error });
      case 'journalLate':
        return t('system.problem.journalLate', { time: formatSeconds(problem.seconds, locale) });
      case 'noBackup':
        return t('system.problem.noBackup');
      case 'backupOld':
        return t('system.problem.backupOld', { time: formatRelative(problem.at, now, locale) });
    }
  };
}
