import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { InlineError } from '../../ui/error-state.tsx';
import type { CredentialId } from '../credential.ts';
import { useRefreshKeys } from '../key-queries.ts';
import classes from './panel.module.css';

type MergeState =
  | { kind: 'idle' }
  | { kind: 'running' }
  | { kind: 'done'; found: number; added: number }
  | { kind: 'failed'; error: unknown };

/** Reads the provider's own list of models with this key into the catalogue of the workspace. */
export function MergeModels({ id, icon }: { id: CredentialId; icon: ReactNode }) {
  const { t } = useTranslation('credentials');
  const queryClient = useQueryClient();
  const refresh = useRefreshKeys();
  const [state, setState] = useState<MergeState>({ kind: 'idle' });
  const run = async () => {
    setState({ kind: 'running' });
    try {
      const { found, added } = await api('POST /api/keys/{id}/models', { params: { id } });
      setState({ kind: 'done', found, added });
      await Promise.all([queryClient.invalidateQueries({ queryKey: ['GET /api/models'] }), refresh()]);
    } catch (error) {
      setState({ kind: 'failed', error });
    }
  };
  return (
    <>
      <div className={classes.chips}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={icon}
          loading={state.kind === 'running'}
          onClick={() => void run()}
        >
          {t('test.merge')}
        </Button>
        {state.kind === 'done' && (
          <span className={classes.chip}>{t('test.merged', { found: state.found, added: state.added })}</span>
        )}
      </div>
      {state.kind === 'failed' && <InlineError error={state.error} />}
    </>
  );
}
