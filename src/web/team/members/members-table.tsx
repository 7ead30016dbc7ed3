import { ShieldCheck, ShieldOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import table from '../../credentials/keys-table.module.css';
import { TagList } from '../../credentials/tag-list.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Person } from '../person.tsx';
import classes from '../team.module.css';
import type { Member } from './member.ts';
import { MemberActions, type MemberQuestion } from './member-actions.tsx';
import { MemberStateBadge } from './member-state.tsx';
import { RoleField } from './role-field.tsx';

interface MembersTableProps {
  members: readonly Member[];
  onAsk: (question: MemberQuestion) => void;
}

const namesOf = ({ groups }: Member) => groups.map(({ name }) => name);

/** The members as a table, for screens wide enough. What only owners and administrators know, only they have columns for. */
export function MembersTable({ members, onAsk }: MembersTableProps) {
  const { t } = useTranslation('members');
  const mayEdit = useAllowed('member:edit');
  return (
    <div className={table.frame}>
      <table className={table.table}>
        <caption className={table.hidden}>{t('page.listName')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.person')}</th>
            <th scope="col">{t('column.role')}</th>
            <th scope="col">{t('column.state')}</th>
            <th scope="col" className={classes.groupsColumn}>
              {t('column.groups')}
            </th>
            {mayEdit && (
              <>
                <th scope="col" className={classes.factorColumn}>
                  {t('column.factor')}
                </th>
                <th scope="col" className={classes.lastSeenColumn}>
                  {t('column.lastSeen')}
                </th>
                <th scope="col" className={classes.actionsCell}>
                  <span className={table.hidden}>{t('column.actions')}</span>
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <Row key={member.userId} member={member} mayEdit={mayEdit} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ member, mayEdit, onAsk }: Omit<MembersTableProps, 'members'> & { member: Member; mayEdit: boolean }) {
  const { t } = useTranslation('members');
  return (
    <tr>
      <th scope="row" className={classes.personCell}>
        <Person member={member} />
      </th>
      <td className={classes.roleCell}>
        <RoleField member={member} />
      </td>
      <td>
        <MemberStateBadge state={member.state} />
      </td>
      <td className={classes.groupsColumn}>
        <TagList tags={namesOf(member)} shown={2} />
      </td>
      {mayEdit && (
        <>
          <td className={classes.factorColumn}>
            <Factor member={member} />
          </td>
          <td className={`${classes.noWrap} ${classes.lastSeenColumn}`}>
            <Time value={member.lastSeenAt} fallback={t('row.never')} />
          </td>
          <td className={classes.actionsCell}>
            <MemberActions member={member} onAsk={onAsk} />
          </td>
        </>
      )}
    </tr>
  );
}

function Factor({ member }: { member: Member }) {
  const { t } = useTranslation('members');
  if (member.hasTwoFactor === null) return null;
  return member.hasTwoFactor ? (
    <StatusBadge tone="good" icon={ShieldCheck}>
      {t('row.factorOn')}
    </StatusBadge>
  ) : (
    <StatusBadge tone="unknown" icon={ShieldOff}>
      {t('row.factorOff')}
    </StatusBadge>
  );
}

/** The same as cards, for phones. */
export function MembersCards({ members, onAsk }: MembersTableProps) {
  const { t } = useTranslation('members');
  return (
    <ul className={table.cards} aria-label={t('page.listName')}>
      {members.map((member) => (
        <li key={member.userId} className={table.card}>
          <div className={classes.cardTop}>
            <Person member={member} />
            <MemberActions member={member} onAsk={onAsk} />
          </div>
          <div className={classes.cardFacts}>
            <RoleField member={member} />
            <span>
              <MemberStateBadge state={member.state} />
            </span>
          </div>
          {member.groups.length > 0 && <TagList tags={namesOf(member)} shown={3} />}
        </li>
      ))}
    </ul>
  );
}
