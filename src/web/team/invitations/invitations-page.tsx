import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EyeOff, MailPlus, SearchX, UserPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { invitationStates } from '../../../contract/vocabulary.ts';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { api } from '../../api.ts';
import { EndOfList } from '../../credentials/end-of-list.tsx';
import { PHONE } from '../../credentials/screen.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FacetBar } from '../../ui/facet-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeletons.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useRefreshMembers } from '../members/member-queries.ts';
import type { Invitation, InvitationState } from './invitation.ts';
import { type InvitationsSearch, isInvitationState } from './invitation-search.ts';
import { InvitationsCards, InvitationsTable } from './invitations-table.tsx';

const InviteDialog = lazy(() => import('./invite-dialog.tsx'));
const route = getRouteApi('/app/team/invitations');
const PAGE_SIZE = 50;

function useInvitations(state: InvitationState | undefined, isEnabled: boolean) {
  const first: string | null = null;
  const query = { ...(state === undefined ? {} : { state }), limit: PAGE_SIZE };
  return useInfiniteQuery({
    queryKey: ['GET /api/invitations', { query }],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/invitations', { query: { ...query, ...(pageParam === null ? {} : { cursor: pageParam }) } }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
    enabled: isEnabled,
  });
}

/** Who was invited, and what came of it. */
export default function InvitationsPage() {
  const { t } = useTranslation(['invitations', 'members']);
  const mayInvite = useAllowed('member:edit');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInvitations(search.state, mayInvite);
  const [isInviting, setIsInviting] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null);
  const change = (next: InvitationsSearch) => void navigate({ search: next, replace: true });
  if (!mayInvite)
    return (
      <Page title={t('invitations:page.title')}>
        <EmptyState icon={EyeOff} title={t('invitations:page.forbiddenTitle')} text={t('invitations:page.forbidden')} />
      </Page>
    );
  const invite = (
    <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setIsInviting(true)}>
      {t('members:page.invite')}
    </Button>
  );
  return (
    <Page title={t('invitations:page.title')} lead={t('invitations:page.lead')} action={invite}>
      <FacetBar
        facets={[
          {
            id: 'state',
            label: t('invitations:filter.state'),
            options: invitationStates.map((value) => ({ value, label: t(`invitations:state.${value}`) })),
            value: search.state,
            onChange: (state) => change(isInvitationState(state) ? { state } : {}),
          },
        ]}
      />
      <InvitationList
        list={list}
        isFiltered={search.state !== undefined}
        onClear={() => change({})}
        onWithdraw={setWithdrawing}
      />
      {isInviting && (
        <Suspense fallback={null}>
          <InviteDialog onClose={() => setIsInviting(false)} />
        </Suspense>
      )}
      {withdrawing !== null && <WithdrawDialog invitation={withdrawing} onClose={() => setWithdrawing(null)} />}
    </Page>
  );
}

interface InvitationListProps {
  list: ReturnType<typeof useInvitations>;
  isFiltered: boolean;
  onClear: () => void;
  onWithdraw: (invitation: Invitation) => void;
}

function InvitationList({ list, isFiltered, onClear, onWithdraw }: InvitationListProps) {
  const { t } = useTranslation('invitations');
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  if (list.isPending) return isPhone ? <CardsSkeleton cards={4} height={110} /> : <TableSkeleton columns={6} />;
  if (list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const invitations = list.data.pages.flatMap((page) => page.items);
  if (invitations.length === 0 && isFiltered)
    return (
      <EmptyState
        icon={SearchX}
        title={t('empty.noMatch')}
        text={t('empty.text')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('empty.clear')}
          </Button>
        }
      />
    );
  if (invitations.length === 0) return <EmptyState icon={MailPlus} title={t('empty.title')} text={t('empty.text')} />;
  const List = isPhone ? InvitationsCards : InvitationsTable;
  return (
    <>
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      <List invitations={invitations} onWithdraw={onWithdraw} />
      <EndOfList
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
        moreLabel={t('page.more')}
        loadingLabel={t('page.loadingMore')}
      />
    </>
  );
}

function WithdrawDialog({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { t } = useTranslation('invitations');
  const refresh = useRefreshMembers();
  const { id, email } = invitation;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('withdraw.title')}
      confirmLabel={t('withdraw.confirm')}
      onConfirm={async () => {
        await api('DELETE /api/invitations/{id}', { params: { id } });
        toastDone(t('withdraw.done'));
        await refresh();
      }}
    >
      <p>{email === null ? t('withdraw.textLink') : t('withdraw.text', { whom: email })}</p>
    </ConfirmDialog>
  );
}
