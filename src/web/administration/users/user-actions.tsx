import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { DeleteUserDialog } from './delete-user-dialog.tsx';
import { ResetLinkDialog } from './reset-link-dialog.tsx';
import { type AdminUser, hasSecondFactor, nameOf } from './user-queries.ts';
import classes from './users.module.css';

type Action = 'promote' | 'demote' | 'signOut' | 'removeFactors' | 'disable' | 'enable';

/** What gives somebody something, or back; the others take something away. */
const kind: readonly Action[] = ['promote', 'enable'];

interface UserActionsProps {
  user: AdminUser;
  isSelf: boolean;
  /** The account is deleted. */
  onGone: () => void;
}

/** Everything an administrator can do with an account; each is confirmed, by its consequence, and by who they are. */
export function UserActions({ user, isSelf, onGone }: UserActionsProps) {
  const queryClient = useQueryClient();
  const reload = async () => {
    await queryClient.invalidateQueries({ queryKey: ['GET /api/admin/users'] });
    if (isSelf) await queryClient.invalidateQueries({ queryKey: ['GET /api/me'] });
  };
  const shared = { user, isSelf, onDone: reload };
  return (
    <ul className={classes.actions}>
      <ActionItem {...shared} action={user.isInstanceAdmin ? 'demote' : 'promote'} />
      <ActionItem {...shared} action="signOut" />
      <ResetItem user={user} />
      {hasSecondFactor(user) && <ActionItem {...shared} action="removeFactors" />}
      <ActionItem {...shared} action={user.state === 'active' ? 'disable' : 'enable'} />
      <DeleteItem
        user={user}
        onDone={async () => {
          onGone();
          await reload();
        }}
      />
    </ul>
  );
}

function run(action: Action, { id: userId }: AdminUser): Promise<unknown> {
  const params = { userId };
  switch (action) {
    case 'promote':
    case 'demote':
      return api('PUT /api/admin/users/{userId}', { params, body: { isInstanceAdmin: action === 'promote' } });
    case 'disable':
    case 'enable':
      return api('PUT /api/admin/users/{userId}', {
        params,
        body: { state: action === 'enable' ? 'active' : 'disabled' },
      });
    case 'signOut':
      return api('POST /api/admin/users/{userId}/sign-out', { params });
    case 'removeFactors':
      return api('DELETE /api/admin/users/{userId}/second-factors', { params });
  }
}

function Item({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <li className={classes.action}>
      <div>
        <strong>{title}</strong>
        <p>{text}</p>
      </div>
      {children}
    </li>
  );
}

interface ActionItemProps {
  user: AdminUser;
  isSelf: boolean;
  action: Action;
  onDone: () => Promise<void>;
}

function ActionItem({ user, isSelf, action, onDone }: ActionItemProps) {
  const { t } = useTranslation('administration');
  const [isAsking, setIsAsking] = useState(false);
  // What the dialog asks stays the same while it closes, although the account has changed by then.
  const [asked, setAsked] = useState(action);
  const name = nameOf(user);
  const confirm = async () => {
    await withFreshSignIn(() => run(asked, user));
    toastDone(t(`action.${asked}.done`, { name }));
    await onDone();
  };
  return (
    <Item title={t(`action.${action}.title`)} text={t(`action.${action}.text`)}>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          setAsked(action);
          setIsAsking(true);
        }}
      >
        {t(`action.${action}.submit`)}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t(`action.${asked}.ask`, { name })}
        confirmLabel={t(`action.${asked}.submit`)}
        isDangerous={!kind.includes(asked)}
        onConfirm={confirm}
      >
        <p>{t(`action.${asked}.consequence`, { name })}</p>
        {isSelf && <p>{t('action.isYou')}</p>}
      </ConfirmDialog>
    </Item>
  );
}

function ResetItem({ user }: { user: AdminUser }) {
  const { t } = useTranslation('administration');
  const [isAsking, setIsAsking] = useState(false);
  const [expiresAt, setExpiresAt] = useState<string | null>(null);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const link = useRef('');
  const name = nameOf(user);
  const confirm = async () => {
    const params = { userId: user.id };
    const reply = await withFreshSignIn(() => api('POST /api/admin/users/{userId}/reset', { params }));
    if (reply.token === null) {
      toastDone(t('action.reset.sent', { name, email: reply.sentTo ?? '' }));
      return;
    }
    link.current = `${window.location.origin}/reset#${reply.token}`;
    setExpiresAt(reply.expiresAt);
  };
  return (
    <Item title={t('action.reset.title')} text={t('action.reset.text')}>
      <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
        {t('action.reset.submit')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('action.reset.ask', { name })}
        confirmLabel={t('action.reset.submit')}
        isDangerous={false}
        onConfirm={confirm}
      >
        <p>{t('action.reset.consequence')}</p>
      </ConfirmDialog>
      {expiresAt !== null && (
        <ResetLinkDialog
          name={name}
          expiresAt={expiresAt}
          readLink={() => link.current}
          onClose={() => {
            link.current = '';
            setExpiresAt(null);
          }}
        />
      )}
    </Item>
  );
}

function DeleteItem({ user, onDone }: { user: AdminUser; onDone: () => Promise<void> }) {
  const { t } = useTranslation('administration');
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Item title={t('action.delete.title')} text={t('action.delete.text')}>
      <Button size="xs" variant="default" className={classes.danger ?? ''} onClick={() => setIsAsking(true)}>
        {t('action.delete.submit')}
      </Button>
      {isAsking && <DeleteUserDialog user={user} onDone={onDone} onClose={() => setIsAsking(false)} />}
    </Item>
  );
}
