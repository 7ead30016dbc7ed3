import { Anchor, Button, Loader } from '@mantine/core';
import { ExternalLink, ListPlus, PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { type Credential, type CredentialId, type CredentialTest, may } from '../credential.ts';
import { useProviders, useRefreshKeys } from '../key-queries.ts';
import { TestResult } from '../test-result.tsx';
import { TestedAt } from '../tested-at.tsx';
import { LastTest } from './last-test.tsx';
import { MergeModels } from './merge-models.tsx';
import classes from './panel.module.css';
import { Section } from './section.tsx';

type TestState =
  | { kind: 'idle' }
  | { kind: 'running' }
  | { kind: 'done'; test: CredentialTest }
  | { kind: 'failed'; error: unknown };

interface ConnectionSectionProps {
  credential: Credential;
  onOpen: (id: CredentialId) => void;
}

/** Whether the key works: the last answer of the provider, and a new one on demand. */
export function ConnectionSection({ credential, onOpen }: ConnectionSectionProps) {
  const { t } = useTranslation('credentials');
  const { find } = useProviders();
  const refresh = useRefreshKeys();
  const [state, setState] = useState<TestState>({ kind: 'idle' });
  const { id, provider } = credential;
  const isTestable = may(credential, 'use') && credential.deletedAt === null;
  const consoleUrl = find(provider)?.consoleUrl ?? null;

  const run = async () => {
    setState({ kind: 'running' });
    try {
      setState({ kind: 'done', test: await api('POST /api/keys/test', { body: { id } }) });
      await refresh();
    } catch (error) {
      setState({ kind: 'failed', error });
    }
  };

  const button = isTestable && (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<PlugZap size={14} aria-hidden />}
      loading={state.kind === 'running'}
      onClick={() => void run()}
    >
      {credential.lastTestedAt === null ? t('test.run') : t('test.again')}
    </Button>
  );

  return (
    <Section title={t('test.title')} action={button}>
      <div className={`${classes.box} ${classes.padded}`} aria-live="polite">
        {state.kind === 'running' && (
          <div className={classes.chips}>
            <Loader size={14} /> {t('test.running')}
          </div>
        )}
        {state.kind === 'failed' && <InlineError error={state.error} />}
        {state.kind === 'done' && <TestResult test={state.test} providerId={provider} onOpenDuplicate={onOpen} />}
        {state.kind === 'idle' && <LastTest credential={credential} />}
        <div className={classes.chips}>
          {credential.lastTestedAt !== null && (
            <span className={classes.chip}>
              <TestedAt time={credential.lastTestedAt} />
            </span>
          )}
          {consoleUrl !== null && (
            <Anchor href={consoleUrl} target="_blank" rel="noreferrer" size="sm">
              {t('test.console')} <ExternalLink size={12} aria-hidden />
            </Anchor>
          )}
        </div>
        {isTestable && <MergeModels id={id} icon={<ListPlus size={14} aria-hidden />} />}
      </div>
    </Section>
  );
}
