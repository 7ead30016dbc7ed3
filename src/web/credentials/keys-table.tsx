import { Checkbox } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeyCostsOfMonth } from '../usage/month-to-date.ts';
import { type Credential, type CredentialId, may } from './credential.ts';
import { KeyRow } from './key-row.tsx';
import classes from './keys-table.module.css';
import type { Selection } from './use-selection.ts';

interface KeysTableProps {
  credentials: readonly Credential[];
  selection: Selection;
  openId: CredentialId | null;
  onOpen: (id: CredentialId) => void;
}

/** The keys as a table, for screens wide enough. Arrow keys move between rows, Enter opens one. */
export function KeysTable({ credentials, selection, openId, onOpen }: KeysTableProps) {
  const { t } = useTranslation('credentials');
  const costs = useKeyCostsOfMonth();
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <caption className={classes.hidden}>{t('page.listName')}</caption>
        <thead>
          <tr>
            <th scope="col" className={classes.check}>
              <SelectAll credentials={credentials} selection={selection} />
            </th>
            <th scope="col">{t('column.name')}</th>
            <th scope="col">{t('column.secret')}</th>
            <th scope="col">{t('column.status')}</th>
            <th scope="col" className={classes.lastUse}>
              {t('column.lastUse')}
            </th>
            <th scope="col" className={classes.tagsColumn}>
              {t('column.tags')}
            </th>
            <th scope="col" className={`${classes.number} ${classes.month}`}>
              {t('column.month')}
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {credentials.map((credential) => (
            <KeyRow
              key={credential.id}
              credential={credential}
              isSelected={selection.has(credential.id)}
              isOpen={openId === credential.id}
              costs={costs}
              onSelect={() => selection.toggle(credential)}
              onOpen={() => onOpen(credential.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SelectAll({ credentials, selection }: Pick<KeysTableProps, 'credentials' | 'selection'>) {
  const { t } = useTranslation('credentials');
  const selectable = credentials.filter((credential) => may(credential, 'use'));
  const selected = selectable.filter((credential) => selection.has(credential.id)).length;
  const isAll = selected > 0 && selected === selectable.length;
  return (
    <Checkbox
      size="xs"
      aria-label={t('row.selectAll')}
      checked={isAll}
      disabled={selectable.length === 0}
      indeterminate={selected > 0 && !isAll}
      onChange={() => (isAll ? selection.clear() : selection.selectAll(selectable))}
    />
  );
}

/** Up and down go from the name of one row to that of the next. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !(event.target instanceof HTMLElement) || event.target.dataset.rowName === undefined) return;
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-name]')];
  const next = names[names.indexOf(event.target) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
