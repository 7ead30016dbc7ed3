import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Credential, type CredentialId, may } from './credential.ts';
import { CredentialStatusBadge } from './credential-status.tsx';
import { KeyPreview } from './key-preview.tsx';
import { KeyName } from './key-row.tsx';
import classes from './keys-table.module.css';
import { moveBetweenRows } from './keys-table.tsx';
import { TagList } from './tag-list.tsx';
import { TestedAt } from './tested-at.tsx';
import type { Selection } from './use-selection.ts';

interface KeysCardsProps {
  credentials: readonly Credential[];
  selection: Selection;
  onOpen: (id: CredentialId) => void;
}

/** The keys as cards, for phones. */
export function KeysCards({ credentials, selection, onOpen }: KeysCardsProps) {
  const { t } = useTranslation('credentials');
  return (
    <ul className={classes.cards} aria-label={t('page.listName')} onKeyDown={moveBetweenRows}>
      {credentials.map((credential) => (
        <li key={credential.id} className={classes.card} data-selected={selection.has(credential.id) || undefined}>
          <div className={classes.cardTop}>
            <KeyName credential={credential} onOpen={() => onOpen(credential.id)} />
            <Checkbox
              aria-label={t('row.select', { name: credential.name })}
              checked={selection.has(credential.id)}
              disabled={!may(credential, 'use')}
              onChange={() => selection.toggle(credential)}
            />
          </div>
          <div className={classes.cardLine}>
            <KeyPreview credential={credential} />
            <CredentialStatusBadge status={credential.status} />
          </div>
          <div className={classes.cardLine}>
            <TagList tags={credential.tags} shown={3} />
            {credential.lastTestedAt !== null && (
              <span className={classes.under}>
                <TestedAt time={credential.lastTestedAt} />
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
