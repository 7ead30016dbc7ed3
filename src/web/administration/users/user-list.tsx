import { VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Ban, ShieldCheck, ShieldUser } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../accounts/me.ts';
import { opensRow } from '../../credentials/key-row.tsx';
import { moveBetweenRows } from '../../credentials/keys-table.tsx';
import { PHONE } from '../../credentials/screen.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { type AdminUser, hasSecondFactor, nameOf } from './user-queries.ts';
import classes from './users.module.css';

interface UserListProps {
  users: readonly AdminUser[];
  openId: string | undefined;
  isStale: boolean;
  onOpen: (user: AdminUser) => void;
}

/** Accounts, newest first: a table, or cards on phones. Arrow keys move between them, Enter opens one. */
export function UserList(props: UserListProps) {
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  return isPhone ? <Cards {...props} /> : <Table {...props} />;
}

function Table({ users, openId, isStale, onOpen }: UserListProps) {
  const { t } = useTranslation('administration');
  return (
    <div className={classes.frame} data-stale={isStale || undefined}>
      <table className={classes.table}>
        <caption>
          <VisuallyHidden>{t('users.listName')}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('users.column.person')}</th>
            <th scope="col">{t('users.column.role')}</th>
            <th scope="col">{t('users.column.state')}</th>
            <th scope="col">{t('users.column.factor')}</th>
            <th scope="col">{t('users.column.lastSignIn')}</th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {users.map((user) => (
            <tr
              key={user.id}
              className={classes.row}
              data-open={user.id === openId || undefined}
              onClick={(event) => opensRow(event) && onOpen(user)}
            >
              <th scope="row" className={classes.person}>
                <Person user={user} onOpen={onOpen} />
              </th>
              <td>
                <RoleBadge user={user} />
              </td>
              <td>
                <StateBadge state={user.state} />
              </td>
              <td>
                <FactorBadge user={user} />
              </td>
              <td className={classes.time}>
                <Time value={user.lastSignInAt} fallback={t('users.never')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cards({ users, openId, isStale, onOpen }: UserListProps) {
  const { t } = useTranslation('administration');
  return (
    <ul
      className={classes.cards}
      aria-label={t('users.listName')}
      data-stale={isStale || undefined}
      onKeyDown={moveBetweenRows}
    >
      {users.map((user) => (
        <li key={user.id} className={classes.card} data-open={user.id === openId || undefined}>
          <Person user={user} onOpen={onOpen} />
          <span className={classes.cardLine}>
            <RoleBadge user={user} />
            {user.state === 'disabled' && <StateBadge state={user.state} />}
          </span>
          <dl className={classes.cardFacts}>
            <dt>{t('users.column.factor')}</dt>
            <dd>
              <FactorBadge user={user} />
            </dd>
            <dt>{t('users.column.lastSignIn')}</dt>
            <dd>
              <Time value={user.lastSignInAt} fallback={t('users.never')} />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Person({ user, onOpen }: { user: AdminUser; onOpen: UserListProps['onOpen'] }) {
  const { t } = useTranslation('administration');
  const me = useMe().user;
  const name = nameOf(user);
  return (
    <>
      <button
        type="button"
        className={classes.open}
        data-row-name=""
        aria-haspopup="dialog"
        aria-label={t('users.open', { name })}
        onClick={() => onOpen(user)}
      >
        {name}
      </button>
      {user.id === me.id && <span className={classes.you}>{t('users.you')}</span>}
      {name !== user.email && <span className={classes.under}>{user.email}</span>}
    </>
  );
}

/** What most people are is told in plain words; what stands out has a badge. */
export function RoleBadge({ user: { isInstanceAdmin } }: { user: AdminUser }) {
  const { t } = useTranslation('administration');
  if (!isInstanceAdmin) return <span className={classes.usual}>{t('users.user')}</span>;
  return (
    <StatusBadge tone="good" icon={ShieldUser}>
      {t('users.administrator')}
    </StatusBadge>
  );
}

export function StateBadge({ state }: Pick<AdminUser, 'state'>) {
  const { t } = useTranslation('administration');
  if (state === 'active') return <span className={classes.usual}>{t('users.active')}</span>;
  return (
    <StatusBadge tone="bad" icon={Ban}>
      {t('users.disabled')}
    </StatusBadge>
  );
}

function FactorBadge({ user }: { user: AdminUser }) {
  const { t } = useTranslation('administration');
  if (!hasSecondFactor(user)) return <span className={classes.usual}>{t('users.factorOff')}</span>;
  return (
    <StatusBadge tone="good" icon={ShieldCheck}>
      {t('users.factorOn')}
    </StatusBadge>
  );
}
