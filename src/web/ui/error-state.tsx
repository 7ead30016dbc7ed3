import { Button } from '@mantine/core';
import { CircleAlert, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useDescribeError } from '../errors.ts';
import { CopyButton } from './copy.tsx';
import classes from './states.module.css';

interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
}

/** A failed page or panel: a sentence, a next step, and the request id to copy. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { t } = useTranslation();
  const { text, next, requestId, precise } = useDescribeError()(error);
  return (
    <section className={classes.error} role="alert">
      <span className={classes.errorIcon}>
        <CircleAlert size={22} strokeWidth={1.75} aria-hidden />
      </span>
      <h2 className={classes.title}>{text}</h2>
      <p className={classes.text}>{next}</p>
      {precise !== null && <p className={classes.text}>“{precise}”</p>}
      {onRetry !== undefined && (
        <div className={classes.action}>
          <Button variant="default" leftSection={<RotateCw size={15} aria-hidden />} onClick={onRetry}>
            {t('ui.tryAgain')}
          </Button>
        </div>
      )}
      {requestId !== null && (
        <span className={classes.request}>
          {t('ui.requestId')} <code>{requestId}</code>
          <CopyButton value={requestId} label={t('ui.copyRequestId')} size={24} />
        </span>
      )}
    </section>
  );
}

/** The same in one line, for forms and dialogs. */
export function InlineError({ error }: { error: unknown }) {
  const { text, next, precise } = useDescribeError()(error);
  return (
    <div className={classes.inline} role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <p>{text}</p>
        {precise !== null && <p>“{precise}”</p>}
        <p className={classes.inlineNext}>{next}</p>
      </div>
    </div>
  );
}
