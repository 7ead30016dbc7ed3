import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import danger from '../../ui/confirm-dialog.module.css';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import classes from '../team.module.css';
import { CopiedKeys } from './copied-keys.tsx';
import type { Member } from './member.ts';
import type { MemberQuestion } from './member-actions.tsx';
import { useChangeMember, useRefreshMembers } from './member-queries.ts';

interface MemberDialogProps {
  member: Member;
  onClose: () => void;
}

function ReportDialog({ member, onClose }: MemberDialogProps) {
  const { t } = useTranslation(['members', 'shell']);
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t('members:report.title', { name: member.name })}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <CopiedKeys userId={member.userId} />
    </Modal>
  );
}

function DisableDialog({ member, onClose }: MemberDialogProps) {
  const { t } = useTranslation('members');
  const change = useChangeMember();
  const { userId, name } = member;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('disable.title', { name })}
      confirmLabel={t('disable.confirm')}
      onConfirm={async () => {
        await change(userId, { state: 'disabled' });
        toastDone(t('done.disabled', { name }));
      }}
    >
      <p>{t('disable.text')}</p>
    </ConfirmDialog>
  );
}

/**
 * Removes somebody after saying what ends. What they could copy is told before and, because it is then that somebody has
 * to act on it, stays on the screen after.
 */
function RemoveDialog({ member, onClose }: MemberDialogProps) {
  const { t } = useTranslation(['members', 'shell']);
  const refresh = useRefreshMembers();
  const [state, setState] = useState<'asked' | 'busy' | 'done'>('asked');
  const [error, setError] = useState<unknown>(null);
  const { userId, name } = member;
  const isWaiting = member.state === 'pending';
  const kind = isWaiting ? 'decline' : 'confirm';
  const remove = async () => {
    setState('busy');
    setError(null);
    try {
      await api('DELETE /api/members/{userId}', { params: { userId } });
      toastDone(t('members:done.removed', { name }));
      void refresh();
      if (isWaiting) return onClose();
      setState('done');
    } catch (thrown) {
      setError(thrown);
      setState('asked');
    }
  };
  const titles = { decline: t('members:remove.declineTitle', { name }), confirm: t('members:remove.title', { name }) };
  return (
    <Modal
      opened
      onClose={onClose}
      size={isWaiting ? 'md' : 560}
      title={state === 'done' ? t('members:remove.doneTitle', { name }) : titles[kind]}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      <div className={classes.form}>
        {state !== 'done' && (
          <p className={classes.text}>{t(isWaiting ? 'members:remove.declineText' : 'members:remove.text')}</p>
        )}
        {!isWaiting && <CopiedKeys userId={userId} />}
        {error !== null && <InlineError error={error} />}
        <div className={classes.footer}>
          {state === 'done' ? (
            <Button variant="default" onClick={onClose}>
              {t('members:report.close')}
            </Button>
          ) : (
            <>
              <Button variant="default" disabled={state === 'busy'} onClick={onClose} data-autofocus>
                {t('shell:ui.cancel')}
              </Button>
              <Button className={danger.danger ?? ''} loading={state === 'busy'} onClick={() => void remove()}>
                {t(`members:remove.${kind}`)}
              </Button>
            </>
          )}
        </div>
      </div>
    </Modal>
  );
}

/** The dialog of a question about a member. */
export function MemberQuestionDialog({ question, onClose }: { question: MemberQuestion; onClose: () => void }) {
  const { kind, member } = question;
  if (kind === 'report') return <ReportDialog member={member} onClose={onClose} />;
  if (kind === 'disable') return <DisableDialog member={member} onClose={onClose} />;
  return <RemoveDialog member={member} onClose={onClose} />;
}
