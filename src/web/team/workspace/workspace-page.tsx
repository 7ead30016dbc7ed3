import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton } from '../../ui/skeletons.tsx';
import { useWorkspace } from '../../workspaces/workspace-queries.ts';
import { DeleteCard } from './delete-card.tsx';
import { DeletedCard } from './deleted-card.tsx';
import { LeaveCard } from './leave-card.tsx';
import { NameCard } from './name-card.tsx';
import { OwnershipCard } from './ownership-card.tsx';
import { PolicyCard } from './policy-card.tsx';

/** The workspace itself: its name, its rules, who owns it, and the ways out of it. */
export default function WorkspacePage() {
  const { t } = useTranslation('workspaces');
  const workspace = useWorkspace();
  const mayRename = useAllowed('workspace:rename');
  const mayOwn = useAllowed('workspace:own');
  const { data } = workspace;
  const isTeam = data?.kind === 'team';
  return (
    <Page
      title={t('page.title')}
      {...(data === undefined ? {} : { lead: isTeam ? t('page.lead', { name: data.name }) : t('page.leadPersonal') })}
    >
      {workspace.isPending && <CardsSkeleton cards={2} height={180} />}
      {workspace.isError && <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {data !== undefined && (
        <>
          {mayRename && <NameCard key={data.id} workspace={data} />}
          <PolicyCard workspace={data} />
          {isTeam && mayOwn && <OwnershipCard workspace={data} />}
          {isTeam && <LeaveCard workspace={data} />}
          {isTeam && mayOwn && <DeleteCard workspace={data} />}
        </>
      )}
      <DeletedCard />
    </Page>
  );
}
