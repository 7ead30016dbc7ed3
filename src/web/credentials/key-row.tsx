import { Checkbox } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { Time } from '../ui/time.tsx';
import { type Credential, may } from './credential.ts';
import { CredentialStatusBadge } from './credential-status.tsx';
import { ExpiryHint } from './expiry-hint.tsx';
import { KeyPreview } from './key-preview.tsx';
import { useProviders } from './key-queries.ts';
import classes from './keys-table.module.css';
import { MonthCost } from './month-cost.tsx';
import { OwnLevel } from './own-level.tsx';
import { TagList } from './tag-list.tsx';
import { TestedAt } from './tested-at.tsx';

export interface KeyRowProps {
  credential: Credential;
  isSelected: boolean;
  isOpen: boolean;
  /** What every key has cost this month; undefined while it is asked for. */
  costs: ReadonlyMap<string, string | null> | undefined;
  onSelect: () => void;
  onOpen: () => void;
}

export function KeyRow({ credential, isSelected, isOpen, costs, onSelect, onOpen }: KeyRowProps) {
  const { t } = useTranslation('credentials');
  return (
    <tr
      className={classes.row}
      data-selected={isSelected || undefined}
      data-open={isOpen || undefined}
      onClick={(event) => opensRow(event) && onOpen()}
    >
      <td className={classes.check}>
        <Checkbox
          size="xs"
          aria-label={t('row.select', { name: credential.name })}
          checked={isSelected}
          disabled={!may(credential, 'use')}
          onChange={onSelect}
        />
      </td>
      <th scope="row" className={classes.nameCell}>
        <KeyName credential={credential} onOpen={onOpen} />
      </th>
      <td>
        <KeyPreview credential={credential} />
      </td>
      <td>
        <CredentialStatusBadge status={credential.status} />
        {credential.lastTestedAt !== null && (
          <div className={classes.under}>
            <TestedAt time={credential.lastTestedAt} />
          </div>
        )}
      </td>
      <td className={classes.lastUse} data-quiet={credential.lastUsedAt === null || undefined}>
        <Time value={credential.lastUsedAt} fallback={t('row.neverUsed')} />
      </td>
      <td className={classes.tagsColumn}>
        <TagList tags={credential.tags} shown={2} />
      </td>
      <td className={`${classes.number} ${classes.month}`}>
        <MonthCost credential={credential} costs={costs} />
      </td>
    </tr>
  );
}

/** Mark, name and provider; the name is the way to the details for keyboards and screen readers. */
export function KeyName({ credential, onOpen }: Pick<KeyRowProps, 'credential' | 'onOpen'>) {
  const { t } = useTranslation('credentials');
  const { nameOf } = useProviders();
  return (
    <div className={classes.name}>
      <ProviderMark providerId={credential.provider} name={nameOf(credential.provider)} size={28} />
      <div className={classes.words}>
        <button
          type="button"
          className={classes.open}
          data-row-name=""
          aria-label={t('row.open', { name: credential.name })}
          title={credential.name}
          onClick={onOpen}
        >
          {credential.name}
        </button>
        <div className={classes.under}>
          <span className={classes.provider}>{nameOf(credential.provider)}</span>
          <OwnLevel credential={credential} />
          <ExpiryHint credential={credential} />
        </div>
      </div>
    </div>
  );
}

/** A click on the row itself opens it; one on a control inside, or the end of a text selection, does not. */
export function opensRow(event: MouseEvent<HTMLElement>): boolean {
  if (!(event.target instanceof Element) || window.getSelection()?.isCollapsed === false) return false;
  return event.target.closest('button, a, input, label') === null;
}
