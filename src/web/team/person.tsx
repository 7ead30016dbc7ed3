import { useTranslation } from 'react-i18next';
import { initials } from '../accounts/account-menu.tsx';
import { useMe } from '../accounts/me.ts';
import type { Member } from './members/member.ts';
import classes from './team.module.css';

/** A person in a list: letters that stand for them, their name, and their e-mail where it may be known. */
export function Person({ member }: { member: Member }) {
  const { t } = useTranslation('members');
  const { user } = useMe();
  const { name, email, state, userId } = member;
  return (
    <span className={classes.person}>
      <span className={classes.mark} data-quiet={state !== 'active'} aria-hidden>
        {initials(name)}
      </span>
      <span className={classes.personWords}>
        <span className={classes.personName}>
          <span className={classes.clip} title={name}>
            {name}
          </span>
          {userId === user.id && <span className={classes.you}>{t('row.you')}</span>}
        </span>
        {email !== null && (
          <span className={classes.under} title={email}>
            {email}
          </span>
        )}
      </span>
    </span>
  );
}
