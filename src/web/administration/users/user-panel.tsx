import { useTranslation } from 'react-i18next';
import { useMe } from '../../accounts/me.ts';
import { useLocale } from '../../locales/use-locale.ts';
import settings from '../../settings/settings.module.css';
import { SidePanel } from '../../ui/side-panel.tsx';
import { formatDay, Time } from '../../ui/time.tsx';
import { UserActions } from './user-actions.tsx';
import { RoleBadge, StateBadge } from './user-list.tsx';
import { type AdminUser, nameOf } from './user-queries.ts';
import classes from './users.module.css';

/** One account: how it signs in, and what an administrator can do with it. */
export function UserPanel({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const me = useMe().user;
  return (
    <SidePanel isOpen onClose={onClose} title={nameOf(user)}>
      <div className={classes.sections}>
        <section aria-labelledby="user-facts">
          <h3 id="user-facts">{t('user.facts')}</h3>
          <Facts user={user} />
        </section>
        <section aria-labelledby="user-actions">
          <h3 id="user-actions">{t('user.actions')}</h3>
          <UserActions user={user} isSelf={user.id === me.id} onGone={onClose} />
        </section>
      </div>
    </SidePanel>
  );
}

function Facts({ user }: { user: AdminUser }) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  const list = (words: readonly string[]) => new Intl.ListFormat(locale, { type: 'unit' }).format(words);
  const waysIn = [
    ...(user.hasPassword ? [t('user.password')] : []),
    ...(user.passkeys > 0 ? [t('user.passkeys', { count: user.passkeys })] : []),
    ...(user.identities > 0 ? [t('user.organisation')] : []),
  ];
  const factors = [
    ...(user.totp ? [t('user.app')] : []),
    ...(user.passkeys > 0 ? [t('user.passkeys', { count: user.passkeys })] : []),
  ];
  return (
    <dl className={settings.facts}>
      <dt>{t('user.email')}</dt>
      <dd>
        {user.email} <small>({t(user.emailVerified ? 'user.emailVerified' : 'user.emailUnverified')})</small>
      </dd>
      <dt>{t('users.column.role')}</dt>
      <dd>
        <RoleBadge user={user} />
      </dd>
      <dt>{t('users.column.state')}</dt>
      <dd>
        <StateBadge state={user.state} />
      </dd>
      <dt>{t('user.waysIn')}</dt>
      <dd>{waysIn.length === 0 ? t('user.noWay') : list(waysIn)}</dd>
      <dt>{t('user.factor')}</dt>
      <dd>{factors.length === 0 ? t('none') : list(factors)}</dd>
      <dt>{t('user.lastSignIn')}</dt>
      <dd>
        <Time value={user.lastSignInAt} fallback={t('users.never')} />
      </dd>
      <dt>{t('user.created')}</dt>
      <dd>{formatDay(user.createdAt, locale)}</dd>
      <dt>{t('user.teams')}</dt>
      <dd>{user.teams === 0 ? t('user.teamsNone') : t('user.inTeams', { count: user.teams })}</dd>
    </dl>
  );
}
