import { Button, CloseButton, Progress } from '@mantine/core';
import { CircleCheck, CircleMinus, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useDescribeError } from '../errors.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import classes from './bulk-bar.module.css';
import { CredentialStatusBadge } from './credential-status.tsx';
import type { BulkResult, BulkRun } from './use-bulk.ts';
import { useReasonSentence } from './use-reason-sentence.ts';

interface BulkProgressProps {
  run: BulkRun;
  onStop: () => void;
  onClose: () => void;
}

/** How far a bulk action is and what came of each key. */
export function BulkProgress({ run, onStop, onClose }: BulkProgressProps) {
  const { t } = useTranslation('credentials');
  const words = t('bulk.running', { done: run.doneCount, total: run.total });
  if (run.isRunning)
    return (
      <div className={classes.progress} role="status">
        <Progress value={(run.doneCount / run.total) * 100} aria-label={words} />
        <span>{words}</span>
        <Button size="compact-sm" variant="default" onClick={onStop}>
          {t('bulk.stop')}
        </Button>
      </div>
    );
  const failed = run.results.filter(({ outcome }) => outcome.kind === 'failed').length;
  return (
    <div role="status">
      <div className={classes.line}>
        <strong>{t('bulk.resultTitle')}</strong>
        {failed > 0 && (
          <StatusBadge tone="bad" icon={CircleX}>
            {t('bulk.failed', { count: failed })}
          </StatusBadge>
        )}
        <CloseButton ml="auto" aria-label={t('bulk.close')} onClick={onClose} />
      </div>
      <ul className={classes.results}>
        {run.results.map((result) => (
          <ResultLine key={result.credential.id} result={result} />
        ))}
      </ul>
    </div>
  );
}

function ResultLine({ result: { credential, outcome } }: { result: BulkResult }) {
  const { t } = useTranslation('credentials');
  const describeError = useDescribeError();
  const sentence = useReasonSentence();
  return (
    <li className={classes.result}>
      <span className={classes.resultName} title={credential.name}>
        {credential.name}
      </span>
      {outcome.kind === 'done' && outcome.test !== undefined && (
        <>
          <CredentialStatusBadge status={outcome.test.status} />
          <span className={classes.resultWords}>
            {sentence(outcome.test.reason, credential.provider) ?? outcome.test.message}
          </span>
        </>
      )}
      {outcome.kind === 'done' && outcome.test === undefined && (
        <StatusBadge tone="good" icon={CircleCheck}>
          {t('bulk.ok')}
        </StatusBadge>
      )}
      {outcome.kind === 'failed' && <span className={classes.resultWords}>{describeError(outcome.error).text}</span>}
      {outcome.kind === 'skipped' && (
        <StatusBadge tone="unknown" icon={CircleMinus}>
          {t('bulk.skipped')}
        </StatusBadge>
      )}
    </li>
  );
}
