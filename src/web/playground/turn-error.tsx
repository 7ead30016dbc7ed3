import { Button } from '@mantine/core';
import { CircleAlert, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useDescribeError } from '../errors.ts';
import { CopyButton } from '../ui/copy.tsx';
import { ProviderError } from './call-error.ts';
import classes from './playground.module.css';

interface Words {
  text: string;
  next: string;
  quoted: string | null;
}

/** A refusal of the gateway or of the provider as a sentence and a next step; the provider's own words are quoted. */
function useErrorWords(): (error: unknown) => Words {
  const { t } = useTranslation('playground');
  const inWords = useDescribeError();
  return (error) => {
    if (!(error instanceof ProviderError)) {
      const { text, next, precise } = inWords(error);
      return { text, next, quoted: precise };
    }
    const { kind, httpStatus: status, message } = error;
    return {
      text: t(`error.${kind}`, { status }),
      next: t(`error.${kind}Next`),
      quoted: message === '' ? null : message,
    };
  };
}

interface TurnErrorProps {
  error: unknown;
  requestId: string | null;
  onAgain: (() => void) | undefined;
}

export function TurnError({ error, requestId, onAgain }: TurnErrorProps) {
  const { t } = useTranslation(['playground', 'shell']);
  const { text, next, quoted } = useErrorWords()(error);
  return (
    <div className={classes.error} role="alert">
      <CircleAlert size={16} aria-hidden />
      <div className={classes.errorWords}>
        <p>{text}</p>
        <p className={classes.next}>{next}</p>
        {quoted !== null && <blockquote>{quoted}</blockquote>}
        <div className={classes.errorFoot}>
          {onAgain !== undefined && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<RotateCw size={13} aria-hidden />}
              onClick={onAgain}
            >
              {t('playground:chat.again')}
            </Button>
          )}
          {requestId !== null && (
            <span className={classes.requestId}>
              {t('shell:ui.requestId')} <code>{requestId}</code>
              <CopyButton value={requestId} label={t('shell:ui.copyRequestId')} size={22} />
            </span>
          )}
        </div>
      </div>
    </div>
  );
}
