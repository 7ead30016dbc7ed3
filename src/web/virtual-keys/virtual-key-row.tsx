import { useTranslation } from 'react-i18next';
import { ExpiryHint } from '../credentials/expiry-hint.tsx';
import { opensRow } from '../credentials/key-row.tsx';
import table from '../credentials/keys-table.module.css';
import { TagList } from '../credentials/tag-list.tsx';
import { Mono } from '../ui/mono.tsx';
import { Time } from '../ui/time.tsx';
import { SmallBudget } from './budget-bar.tsx';
import { useLimitWords } from './limit-words.ts';
import { PoolMarks } from './pool-marks.tsx';
import { tightestBudget, type VirtualKey } from './virtual-key.ts';
import { VirtualKeyStateBadge } from './virtual-key-state.tsx';
import classes from './virtual-keys.module.css';

export interface VirtualKeyRowProps {
  virtualKey: VirtualKey;
  isOpen: boolean;
  hasOwners: boolean;
  onOpen: () => void;
}

export function VirtualKeyRow({ virtualKey, isOpen, hasOwners, onOpen }: VirtualKeyRowProps) {
  const { t } = useTranslation('virtualKeys');
  const limits = useLimitWords()(virtualKey);
  const { owner, lastUsedAt, tags } = virtualKey;
  return (
    <tr className={table.row} data-open={isOpen || undefined} onClick={(event) => opensRow(event) && onOpen()}>
      <th scope="row" className={classes.nameCell}>
        <VirtualKeyName virtualKey={virtualKey} onOpen={onOpen} />
      </th>
      <td>
        <StateCell virtualKey={virtualKey} />
      </td>
      <td className={classes.poolCell}>
        <PoolMarks virtualKey={virtualKey} />
      </td>
      <td className={classes.budgetCell}>
        <BudgetCell virtualKey={virtualKey} />
      </td>
      <td className={classes.limitsColumn}>
        {limits.length === 0 ? (
          <Nothing words={t('row.none')} />
        ) : (
          <span className={classes.limits}>
            {limits.map((words) => (
              <span key={words}>{words}</span>
            ))}
          </span>
        )}
      </td>
      {hasOwners && <td className={classes.ownerColumn}>{owner?.label ?? t('row.noOwner')}</td>}
      <td className={`${table.lastUse} ${classes.lastUseColumn}`} data-quiet={lastUsedAt === null || undefined}>
        <Time value={lastUsedAt} fallback={t('row.never')} />
      </td>
      <td className={classes.tagsColumn}>
        <TagList tags={tags} shown={2} />
      </td>
    </tr>
  );
}

/** Name and preview; the name is the way to the details for keyboards and screen readers. */
export function VirtualKeyName({ virtualKey, onOpen }: Pick<VirtualKeyRowProps, 'virtualKey' | 'onOpen'>) {
  const { t } = useTranslation('virtualKeys');
  const { name, preview, state } = virtualKey;
  return (
    <div className={table.words}>
      <button
        type="button"
        className={table.open}
        data-row-name=""
        aria-label={t('row.open', { name })}
        title={name}
        onClick={onOpen}
      >
        {name}
      </button>
      <div className={classes.preview}>
        <Mono tone="secret">{preview}</Mono>
        {state === 'active' && <ExpiryHint credential={virtualKey} />}
      </div>
    </div>
  );
}

export function StateCell({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  return (
    <span className={classes.state}>
      <VirtualKeyStateBadge state={virtualKey.state} />
      {virtualKey.runningCalls > 0 && (
        <span className={classes.under}>{t('row.running', { count: virtualKey.runningCalls })}</span>
      )}
    </span>
  );
}

/** The budget that is used up first, and how many more there are. */
export function BudgetCell({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const budget = tightestBudget(virtualKey.budgets);
  if (budget === undefined) return <Nothing words={t('row.none')} />;
  const rest = virtualKey.budgets.length - 1;
  return (
    <>
      <SmallBudget budget={budget} />
      {rest > 0 && <span className={classes.under}>{t('row.moreBudgets', { count: rest })}</span>}
    </>
  );
}

function Nothing({ words }: { words: string }) {
  return (
    <span className={classes.quiet}>
      <span aria-hidden>–</span>
      <span className={table.hidden}>{words}</span>
    </span>
  );
}
