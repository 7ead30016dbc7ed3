import { Button } from '@mantine/core';
import { Ban, CircleCheck, Clock, Link2, Mail, MailOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isRoleAtLeast } from '../../../contract/permissions.ts';
import table from '../../credentials/keys-table.module.css';
import { TagList } from '../../credentials/tag-list.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import classes from '../team.module.css';
import type { Invitation } from './invitation.ts';

interface InvitationsTableProps {
  invitations: readonly Invitation[];
  onWithdraw: (invitation: Invitation) => void;
}

const looks = {
  open: { tone: 'attention', icon: MailOpen },
  accepted: { tone: 'good', icon: CircleCheck },
  expired: { tone: 'unknown', icon: Clock },
  revoked: { tone: 'unknown', icon: Ban },
} as const;

const isTold = ({ state }: Invitation): boolean => state === 'open' || state === 'expired';
const groupNames = ({ groups }: Invitation) => groups.map(({ name }) => name);

export function InvitationsTable({ invitations, onWithdraw }: InvitationsTableProps) {
  const { t } = useTranslation(['invitations', 'shell']);
  return (
    <div className={table.frame}>
      <table className={table.table}>
        <caption className={table.hidden}>{t('invitations:page.listName')}</caption>
        <thead>
          <tr>
            {(['whom', 'role', 'state'] as const).map((name) => (
              <th key={name} scope="col">
                {t(`invitations:column.${name}`)}
              </th>
            ))}
            <th scope="col" className={classes.groupsColumn}>
              {t('invitations:column.groups')}
            </th>
            <th scope="col" className={classes.lastSeenColumn}>
              {t('invitations:column.invitedBy')}
            </th>
            <th scope="col">{t('invitations:column.expires')}</th>
            <th scope="col" className={classes.actionsCell}>
              <span className={table.hidden}>{t('invitations:column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((invitation) => (
            <tr key={invitation.id}>
              <th scope="row" className={classes.personCell}>
                <Whom invitation={invitation} />
              </th>
              <td>{t(`shell:workspace.role.${invitation.role}`)}</td>
              <td>
                <State invitation={invitation} />
              </td>
              <td className={classes.groupsColumn}>
                <TagList tags={groupNames(invitation)} shown={2} />
              </td>
              <td className={classes.lastSeenColumn}>{invitation.invitedBy ?? t('invitations:row.unknown')}</td>
              <td className={classes.noWrap}>
                <Until invitation={invitation} />
              </td>
              <td className={classes.actionsCell}>
                <Withdraw invitation={invitation} onWithdraw={onWithdraw} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same as cards, for phones. */
export function InvitationsCards({ invitations, onWithdraw }: InvitationsTableProps) {
  const { t } = useTranslation(['invitations', 'shell']);
  return (
    <ul className={table.cards} aria-label={t('invitations:page.listName')}>
      {invitations.map((invitation) => (
        <li key={invitation.id} className={table.card}>
          <div className={classes.cardTop}>
            <Whom invitation={invitation} />
            <State invitation={invitation} />
          </div>
          <div className={table.cardLine}>
            <span className={classes.quiet}>
              {t(`shell:workspace.role.${invitation.role}`)}
              {isTold(invitation) && (
                <>
                  {' · '}
                  <Until invitation={invitation} />
                </>
              )}
            </span>
            <Withdraw invitation={invitation} onWithdraw={onWithdraw} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Whom({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation('invitations');
  const { email, state, acceptedBy, acceptedAt } = invitation;
  const Icon = email === null ? Link2 : Mail;
  return (
    <span className={classes.person}>
      <span className={classes.mark} data-quiet={state !== 'open'} aria-hidden>
        <Icon size={14} />
      </span>
      <span className={classes.personWords}>
        <span className={classes.personName}>
          <span className={classes.clip}>{acceptedBy ?? email ?? t('row.anybody')}</span>
        </span>
        {acceptedBy !== null && (
          <span className={classes.under}>
            {email ?? t('row.byLink')} · <Time value={acceptedAt} />
          </span>
        )}
      </span>
    </span>
  );
}

/** Until when the link works; of one that is over for another reason, nothing. */
function Until({ invitation }: { invitation: Invitation }) {
  return <Time value={isTold(invitation) ? invitation.expiresAt : null} />;
}

function State({ invitation: { state } }: { invitation: Invitation }) {
  const { t } = useTranslation('invitations');
  return <StatusBadge {...looks[state]}>{t(`state.${state}`)}</StatusBadge>;
}

function Withdraw({ invitation, onWithdraw }: Omit<InvitationsTableProps, 'invitations'> & { invitation: Invitation }) {
  const { t } = useTranslation('invitations');
  const { role } = useActiveWorkspace();
  if (invitation.state !== 'open' || !isRoleAtLeast(role, invitation.role)) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={t('row.withdrawNamed', { whom: invitation.email ?? t('row.anybody') })}
      onClick={() => onWithdraw(invitation)}
    >
      {t('row.withdraw')}
    </Button>
  );
}
