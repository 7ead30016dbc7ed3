import { Bot, CircleCheck, CirclePause, Copy, Route } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { opensRow } from '../../credentials/key-row.tsx';
import table from '../../credentials/keys-table.module.css';
import { moveBetweenRows } from '../../credentials/keys-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import classes from '../team.module.css';
import type { Program } from './program.ts';

interface ProgramsTableProps {
  programs: readonly Program[];
  openId: string | undefined;
  /** Members and viewers see which programs there are, and no more. */
  mayOpen: boolean;
  onOpen: (id: string) => void;
}

export function ProgramsTable({ programs, openId, mayOpen, onOpen }: ProgramsTableProps) {
  const { t } = useTranslation('serviceAccounts');
  return (
    <div className={table.frame}>
      <table className={table.table}>
        <caption className={table.hidden}>{t('page.listName')}</caption>
        <thead>
          <tr>
            {(['name', 'state', 'copy', 'tokens', 'lastUse'] as const).map((name) => (
              <th key={name} scope="col">
                {t(`column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {programs.map((program) => (
            <tr
              key={program.id}
              className={mayOpen ? table.row : ''}
              data-open={program.id === openId || undefined}
              onClick={(event) => mayOpen && opensRow(event) && onOpen(program.id)}
            >
              <th scope="row" className={classes.personCell}>
                <ProgramName program={program} mayOpen={mayOpen} onOpen={onOpen} />
              </th>
              <td>
                <ProgramState state={program.state} />
              </td>
              <td>
                <Reach mayCopy={program.mayCopy} />
              </td>
              <td className={program.activeTokens === 0 ? classes.quiet : ''}>
                <Tokens count={program.activeTokens} />
              </td>
              <td className={`${classes.noWrap} ${program.lastUsedAt === null ? classes.quiet : ''}`}>
                <Time value={program.lastUsedAt} fallback={t('row.never')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same as cards, for phones. */
export function ProgramsCards({ programs, mayOpen, onOpen }: ProgramsTableProps) {
  const { t } = useTranslation('serviceAccounts');
  return (
    <ul className={table.cards} aria-label={t('page.listName')} onKeyDown={moveBetweenRows}>
      {programs.map((program) => (
        <li key={program.id} className={table.card}>
          <div className={classes.cardTop}>
            <ProgramName program={program} mayOpen={mayOpen} onOpen={onOpen} />
            <ProgramState state={program.state} />
          </div>
          <div className={classes.cardFacts}>
            <span>
              <Reach mayCopy={program.mayCopy} />
            </span>
            <span className={classes.quiet}>
              {t('column.tokens')}: <Tokens count={program.activeTokens} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function ProgramName({
  program,
  mayOpen,
  onOpen,
}: Pick<ProgramsTableProps, 'mayOpen' | 'onOpen'> & { program: Program }) {
  const { t } = useTranslation('serviceAccounts');
  const { id, name, note, state } = program;
  return (
    <span className={classes.person}>
      <span className={classes.mark} data-quiet={state !== 'active'} aria-hidden>
        <Bot size={15} />
      </span>
      <span className={classes.personWords}>
        {mayOpen ? (
          <button
            type="button"
            className={table.open}
            data-row-name=""
            aria-label={t('row.open', { name })}
            onClick={() => onOpen(id)}
          >
            {name}
          </button>
        ) : (
          <span className={classes.personName}>{name}</span>
        )}
        {note !== '' && <span className={classes.under}>{note}</span>}
      </span>
    </span>
  );
}

export function ProgramState({ state }: { state: Program['state'] }) {
  const { t } = useTranslation('serviceAccounts');
  return state === 'active' ? (
    <StatusBadge tone="good" icon={CircleCheck}>
      {t('state.active')}
    </StatusBadge>
  ) : (
    <StatusBadge tone="unknown" icon={CirclePause}>
      {t('state.disabled')}
    </StatusBadge>
  );
}

function Reach({ mayCopy }: { mayCopy: boolean }) {
  const { t } = useTranslation('serviceAccounts');
  return mayCopy ? (
    <StatusBadge tone="attention" icon={Copy}>
      {t('row.mayCopy')}
    </StatusBadge>
  ) : (
    <StatusBadge tone="unknown" icon={Route}>
      {t('row.mayNotCopy')}
    </StatusBadge>
  );
}

function Tokens({ count }: { count: number }) {
  const { t } = useTranslation('serviceAccounts');
  return <>{count === 0 ? t('row.noTokens') : t('row.tokens', { count })}</>;
}
