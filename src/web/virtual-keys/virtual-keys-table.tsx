import { useTranslation } from 'react-i18next';
import { useMe } from '../accounts/me.ts';
import table from '../credentials/keys-table.module.css';
import { moveBetweenRows } from '../credentials/keys-table.tsx';
import { TagList } from '../credentials/tag-list.tsx';
import { PoolMarks } from './pool-marks.tsx';
import type { VirtualKey, VirtualKeyId } from './virtual-key.ts';
import { BudgetCell, StateCell, VirtualKeyName, VirtualKeyRow } from './virtual-key-row.tsx';
import classes from './virtual-keys.module.css';

interface VirtualKeysTableProps {
  virtualKeys: readonly VirtualKey[];
  openId: VirtualKeyId | null;
  onOpen: (id: VirtualKeyId) => void;
}

/** The virtual keys as a table, for screens wide enough. Arrow keys move between rows, Enter opens one. */
export function VirtualKeysTable({ virtualKeys, openId, onOpen }: VirtualKeysTableProps) {
  const { t } = useTranslation('virtualKeys');
  const { user } = useMe();
  const hasOwners = virtualKeys.some(({ owner }) => owner?.id !== user.id);
  return (
    <div className={table.frame}>
      <table className={table.table}>
        <caption className={table.hidden}>{t('page.listName')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.name')}</th>
            <th scope="col">{t('column.state')}</th>
            <th scope="col">{t('column.keys')}</th>
            <th scope="col">{t('column.budget')}</th>
            <th scope="col" className={classes.limitsColumn}>
              {t('column.limits')}
            </th>
            {hasOwners && (
              <th scope="col" className={classes.ownerColumn}>
                {t('column.owner')}
              </th>
            )}
            <th scope="col" className={classes.lastUseColumn}>
              {t('column.lastUse')}
            </th>
            <th scope="col" className={classes.tagsColumn}>
              {t('column.tags')}
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {virtualKeys.map((virtualKey) => (
            <VirtualKeyRow
              key={virtualKey.id}
              virtualKey={virtualKey}
              isOpen={openId === virtualKey.id}
              hasOwners={hasOwners}
              onOpen={() => onOpen(virtualKey.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same as cards, for phones. */
export function VirtualKeysCards({ virtualKeys, onOpen }: Omit<VirtualKeysTableProps, 'openId'>) {
  const { t } = useTranslation('virtualKeys');
  return (
    <ul className={table.cards} aria-label={t('page.listName')} onKeyDown={moveBetweenRows}>
      {virtualKeys.map((virtualKey) => (
        <li key={virtualKey.id} className={table.card}>
          <div className={table.cardTop}>
            <VirtualKeyName virtualKey={virtualKey} onOpen={() => onOpen(virtualKey.id)} />
            <StateCell virtualKey={virtualKey} />
          </div>
          <div className={classes.cardFacts}>
            <PoolMarks virtualKey={virtualKey} />
            {virtualKey.budgets.length > 0 && (
              <div>
                <BudgetCell virtualKey={virtualKey} />
              </div>
            )}
          </div>
          {virtualKey.tags.length > 0 && <TagList tags={virtualKey.tags} shown={3} />}
        </li>
      ))}
    </ul>
  );
}
