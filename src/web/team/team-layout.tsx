import { Button } from '@mantine/core';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Plus, User } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import settings from '../settings/settings.module.css';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { useActiveWorkspace } from '../workspaces/active-workspace.ts';

const CreateWorkspaceDialog = lazy(() => import('../workspaces/create-workspace-dialog.tsx'));

const tabs = [
  { to: '/team', name: 'members' },
  { to: '/team/groups', name: 'groups' },
  { to: '/team/programs', name: 'programs' },
  { to: '/team/invitations', name: 'invitations' },
  { to: '/team/workspace', name: 'workspace' },
] as const;

/** The pages about who is in the workspace, one beside the other. A personal one has nobody else, so it has two. */
export default function TeamLayout() {
  const { t } = useTranslation('members');
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { kind } = useActiveWorkspace();
  const mayInvite = useAllowed('member:edit');
  const shown = tabs.filter(
    ({ name }) =>
      (kind === 'team' || name === 'members' || name === 'workspace') && (mayInvite || name !== 'invitations'),
  );
  const isOwnSettings = pathname === '/team/workspace';
  return (
    <div className={settings.layout}>
      <nav className={settings.tabs} aria-label={t('tabs.label')}>
        {shown.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className={settings.tab}
            activeOptions={{ exact: true }}
            {...(pathname === to ? { 'aria-current': 'page' as const } : {})}
          >
            {t(kind === 'personal' && name === 'members' ? 'tabs.label' : `tabs.${name}`)}
          </Link>
        ))}
      </nav>
      {kind === 'team' || isOwnSettings ? <Outlet /> : <OnlyYou />}
    </div>
  );
}

function OnlyYou() {
  const { t } = useTranslation(['members', 'workspaces']);
  const [isCreating, setIsCreating] = useState(false);
  return (
    <Page title={t('members:tabs.label')}>
      <EmptyState
        icon={User}
        title={t('members:personal.title')}
        text={t('members:personal.text')}
        action={
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setIsCreating(true)}>
            {t('workspaces:switcher.create')}
          </Button>
        }
      />
      {isCreating && (
        <Suspense fallback={null}>
          <CreateWorkspaceDialog onClose={() => setIsCreating(false)} />
        </Suspense>
      )}
    </Page>
  );
}
