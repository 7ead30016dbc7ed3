import { CloseButton, Loader, TextInput } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useDescribeError } from '../../errors.ts';
import { Mono } from '../../ui/mono.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useProviders } from '../key-queries.ts';
import { NAME_LENGTH_MAX, URL_LENGTH_MAX } from '../limits.ts';
import { TestResult } from '../test-result.tsx';
import classes from './add.module.css';
import { ProviderPicker } from './provider-picker.tsx';
import { isBusy, type SeveralRow } from './several-rows.ts';
import type { useSeveral } from './use-several.ts';

type Several = ReturnType<typeof useSeveral>;

export function SeveralTable({ several }: { several: Several }) {
  const { t } = useTranslation('credentials');
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <caption className={classes.hidden}>{t('several.listName')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('panel.name')}</th>
            <th scope="col">{t('add.provider')}</th>
            <th scope="col">{t('several.secret')}</th>
            <th scope="col">{t('several.status')}</th>
            <th scope="col">
              <span className={classes.hidden}>{t('add.discard')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {several.rows.map((row) => (
            <Row key={row.number} row={row} several={several} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, several }: { row: SeveralRow; several: Several }) {
  const { t } = useTranslation('credentials');
  const { find } = useProviders();
  const { number, providerId } = row;
  const provider = providerId === null ? undefined : find(providerId);
  const isFixed = isBusy(row) || row.state.kind === 'saved';
  const needsUrl = row.baseUrl !== '' || (provider !== undefined && provider.baseUrl === null);
  return (
    <tr>
      <td className={classes.cellName}>
        <TextInput
          size="xs"
          aria-label={t('several.nameOf', { row: number })}
          value={row.name}
          maxLength={NAME_LENGTH_MAX}
          readOnly={isFixed}
          onChange={(event) => several.change(number, { name: event.currentTarget.value, isNameOwn: true })}
        />
      </td>
      <td className={classes.cellProvider}>
        <div className={classes.stack}>
          <ProviderPicker
            size="xs"
            hiddenLabel={t('several.providerOf', { row: number })}
            value={providerId}
            onChange={(id) => !isFixed && several.chooseProvider(row, id)}
          />
          {needsUrl && (
            <TextInput
              size="xs"
              type="url"
              aria-label={t('several.baseUrlOf', { row: number })}
              placeholder={provider?.baseUrlExample ?? 'https://'}
              value={row.baseUrl}
              maxLength={URL_LENGTH_MAX}
              readOnly={isFixed}
              onChange={(event) =>
                several.change(number, { baseUrl: event.currentTarget.value.trim(), state: { kind: 'idle' } })
              }
            />
          )}
        </div>
      </td>
      <td className={classes.cellSecret}>
        <Mono tone="secret">{row.preview}</Mono>
      </td>
      <td className={classes.cellResult} aria-live="polite">
        <RowResult row={row} />
      </td>
      <td className={classes.cellRemove}>
        {!isFixed && (
          <CloseButton aria-label={t('several.remove', { name: row.name })} onClick={() => several.remove(number)} />
        )}
      </td>
    </tr>
  );
}

function RowResult({ row: { state, providerId } }: { row: SeveralRow }) {
  const { t } = useTranslation('credentials');
  const describeError = useDescribeError();
  switch (state.kind) {
    case 'idle':
      return null;
    case 'testing':
    case 'saving':
      return (
        <>
          <Loader size={12} /> {state.kind === 'testing' ? t('several.rowTesting') : t('several.rowSaving')}
        </>
      );
    case 'tested':
      return <TestResult test={state.test} providerId={providerId ?? ''} />;
    case 'saved':
      return (
        <StatusBadge tone="good" icon={CircleCheck}>
          {t('several.rowSaved')}
        </StatusBadge>
      );
    case 'failed':
      return (
        <>
          <StatusBadge tone="bad" icon={CircleX}>
            {state.step === 'save' ? t('several.rowFailed') : t('status.untested')}
          </StatusBadge>
          <p>{describeError(state.error).text}</p>
        </>
      );
  }
}
