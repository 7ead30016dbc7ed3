import { ActionIcon, Button, Skeleton, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowRight, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { api, read } from '../../api.ts';
import { ErrorState, InlineError } from '../../ui/error-state.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { type AliasRow, itemsOf, problemOf } from './alias-rows.ts';
import classes from './aliases.module.css';

const ALIASES_MAX = 200;

/** Other names by which clients of the gateway may ask for a model. */
export default function AliasesPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('models');
  const aliases = useQuery(read('GET /api/model-aliases'));
  return (
    <SidePanel isOpen onClose={onClose} title={t('aliases.title')}>
      <div className={classes.stack}>
        <p className={classes.lead}>{t('aliases.lead')}</p>
        {aliases.isPending && <Skeleton height={160} radius="md" />}
        {aliases.isError && <ErrorState error={aliases.error} onRetry={() => void aliases.refetch()} />}
        {aliases.data !== undefined && <Editor items={aliases.data.items} onClose={onClose} />}
      </div>
    </SidePanel>
  );
}

function Editor({ items, onClose }: { items: readonly { alias: string; model: string }[]; onClose: () => void }) {
  const { t } = useTranslation(['models', 'shell']);
  const mayEdit = useAllowed('model-alias:edit');
  const queryClient = useQueryClient();
  const [rows, setRows] = useState<AliasRow[]>(() => withNext(items.map((item, id) => ({ ...item, id }))));
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isWrong = rows.some((row) => problemOf(row, rows) !== null);
  const change = (id: number, patch: Partial<AliasRow>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...patch } : row)));
  const save = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await api('PUT /api/model-aliases', { body: { items: itemsOf(rows) } });
      await queryClient.invalidateQueries({ queryKey: ['GET /api/model-aliases'] });
      toastDone(t('shell:ui.saved'));
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <>
      <ul className={classes.rows} aria-label={t('aliases.title')}>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            rows={rows}
            isReadOnly={!mayEdit}
            onChange={(patch) => change(row.id, patch)}
            onRemove={() => setRows(rows.filter(({ id }) => id !== row.id))}
          />
        ))}
      </ul>
      {error !== null && <InlineError error={error} />}
      {mayEdit && (
        <div className={classes.buttons}>
          <Button
            variant="default"
            leftSection={<Plus size={15} aria-hidden />}
            disabled={rows.length >= ALIASES_MAX}
            onClick={() => setRows(withNext(rows))}
          >
            {t('aliases.add')}
          </Button>
          <Button loading={isBusy} disabled={isWrong} onClick={() => void save()}>
            {t('shell:ui.save')}
          </Button>
        </div>
      )}
    </>
  );
}

/** The rows with an empty one at the end. */
function withNext(rows: readonly AliasRow[]): AliasRow[] {
  return [...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, alias: '', model: '' }];
}

interface RowProps {
  row: AliasRow;
  rows: readonly AliasRow[];
  isReadOnly: boolean;
  onChange: (patch: Partial<AliasRow>) => void;
  onRemove: () => void;
}

function Row({ row, rows, isReadOnly, onChange, onRemove }: RowProps) {
  const { t } = useTranslation('models');
  const problem = problemOf(row, rows);
  const shared = { readOnly: isReadOnly, spellCheck: false, autoComplete: 'off' } as const;
  return (
    <li className={classes.row}>
      <TextInput
        {...shared}
        aria-label={t('aliases.alias')}
        placeholder={t('aliases.aliasExample')}
        maxLength={120}
        value={row.alias}
        error={problem === 'twice' ? t('aliases.twice') : problem === 'alias' ? t('aliases.needed') : null}
        onChange={(event) => onChange({ alias: event.currentTarget.value })}
      />
      <ArrowRight size={15} className={classes.arrow} aria-hidden />
      <TextInput
        {...shared}
        aria-label={t('aliases.model')}
        placeholder={t('aliases.modelExample')}
        maxLength={200}
        value={row.model}
        error={problem === 'model' ? t('aliases.needed') : null}
        onChange={(event) => onChange({ model: event.currentTarget.value })}
      />
      {!isReadOnly && (
        <ActionIcon aria-label={t('aliases.remove', { alias: row.alias })} onClick={onRemove}>
          <X size={15} aria-hidden />
        </ActionIcon>
      )}
    </li>
  );
}
