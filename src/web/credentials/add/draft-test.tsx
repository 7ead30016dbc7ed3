import { Button, Loader } from '@mantine/core';
import { PlugZap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { InlineError } from '../../ui/error-state.tsx';
import type { CredentialId } from '../credential.ts';
import { TestResult } from '../test-result.tsx';
import classes from './add.module.css';
import type { NewKeyForm } from './use-new-key.ts';

/** The box in which the test of the pasted key shows itself; spoken when it changes. */
export function DraftTest({ form, onOpen }: { form: NewKeyForm; onOpen: (id: CredentialId) => void }) {
  const { t } = useTranslation('credentials');
  const { state, now } = form.test;
  const button = (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<PlugZap size={13} aria-hidden />}
      onClick={() => void now()}
    >
      {state.kind === 'idle' ? t('add.test') : t('test.again')}
    </Button>
  );
  return (
    <div className={classes.test} role="status" data-state={state.kind}>
      {state.kind === 'idle' && (
        <div className={classes.testLine}>
          <span>{t('add.waiting')}</span>
          {form.draft.providerId !== null && button}
        </div>
      )}
      {state.kind === 'running' && (
        <div className={classes.testLine}>
          <span className={classes.running}>
            <Loader size={14} /> {t('test.running')}
          </span>
        </div>
      )}
      {state.kind === 'failed' && (
        <>
          <InlineError error={state.error} />
          <div className={classes.testLine}>
            <span>{t('add.failsHint')}</span>
            {button}
          </div>
        </>
      )}
      {state.kind === 'done' && (
        <>
          <TestResult
            test={state.test}
            providerId={form.draft.providerId ?? ''}
            onOpenDuplicate={onOpen}
            action={button}
          />
          {state.test.status !== 'valid' && <p className={classes.quiet}>{t('add.failsHint')}</p>}
        </>
      )}
    </div>
  );
}
