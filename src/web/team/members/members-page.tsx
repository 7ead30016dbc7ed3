import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Clock, UserPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { PHONE } from '../../credentials/screen.ts';
import { Page } from '../../ui/page.tsx';
import { useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import { useWorkspace } from '../../workspaces/workspace-queries.ts';
import classes from '../team.module.css';
import type { MemberQuestion } from './member-actions.tsx';
import { MemberQuestionDialog } from './member-dialogs.tsx';
import { MemberList } from './member-list.tsx';
import { useMembers } from './member-queries.ts';
import { MembersToolbar } from './members-toolbar.tsx';
import { useMembersSearch } from './use-members-search.ts';

const InviteDialog = lazy(() => import('../invitations/invite-dialog.tsx'));

/** Who is in the workspace, and for owners and administrators the way in, up, down and out. */
export default function MembersPage() {
  const { t } = useTranslation('members');
  const { search, change } = useMembersSearch();
  const { name } = useActiveWorkspace();
  const list = useMembers(search);
  const mayEdit = useAllowed('member:edit');
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [question, setQuestion] = useState<MemberQuestion | null>(null);
  return (
    <Page
      title={t('page.title')}
      lead={t('page.lead', { name })}
      action={
        mayEdit && (
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => change({ invite: 1 })}>
            {t('page.invite')}
          </Button>
        )
      }
    >
      {mayEdit && search.state !== 'pending' && <WaitingNotice onShow={() => change({ state: 'pending' })} />}
      <MembersToolbar search={search} onChange={change} />
      <MemberList list={list} isPhone={isPhone} onAsk={setQuestion} onChange={change} />
      {question !== null && <MemberQuestionDialog question={question} onClose={() => setQuestion(null)} />}
      {search.invite === 1 && mayEdit && (
        <Suspense fallback={null}>
          <InviteDialog onClose={() => change({ invite: undefined })} />
        </Suspense>
      )}
    </Page>
  );
}

/** People who accepted and wait are easily overlooked in a long list. */
function WaitingNotice({ onShow }: { onShow: () => void }) {
  const { t } = useTranslation('members');
  const count = useWorkspace().data?.counts.pendingMembers ?? 0;
  if (count === 0) return null;
  return (
    <div className={classes.notice} role="status">
      <span>
        <Clock size={15} aria-hidden />
        {t('waiting', { count })}
      </span>
      <Button size="compact-sm" variant="default" onClick={onShow}>
        {t('waitingShow')}
      </Button>
    </div>
  );
}
