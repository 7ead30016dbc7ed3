import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { Bot, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { EndOfList } from '../../credentials/end-of-list.tsx';
import { PHONE } from '../../credentials/screen.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeletons.tsx';
import { usePrograms } from './program.ts';
import { ProgramPanel } from './program-panel.tsx';
import { ProgramsCards, ProgramsTable } from './programs-table.tsx';

const CreateProgramDialog = lazy(() => import('./create-program-dialog.tsx'));
const route = getRouteApi('/app/team/programs');

/** Service accounts: what acts in the workspace without a person. */
export default function ProgramsPage() {
  const { t } = useTranslation('serviceAccounts');
  const mayEdit = useAllowed('service-account:edit');
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const list = usePrograms();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [isCreating, setIsCreating] = useState(false);
  const programs = list.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = programs.find(({ id }) => id === open);
  const show = (id: string | undefined) => void navigate({ search: { open: id }, resetScroll: false });
  const create = mayEdit && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setIsCreating(true)}>
      {t('page.create')}
    </Button>
  );
  const List = isPhone ? ProgramsCards : ProgramsTable;
  const isEmpty = list.data !== undefined && programs.length === 0;
  return (
    <Page title={t('page.title')} lead={t('page.lead')} action={isEmpty ? null : create}>
      {list.isPending && (isPhone ? <CardsSkeleton cards={3} height={96} /> : <TableSkeleton rows={4} columns={5} />)}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {isEmpty && <EmptyState icon={Bot} title={t('empty.title')} text={t('empty.text')} action={create} />}
      {programs.length > 0 && (
        <>
          <List programs={programs} openId={open} mayOpen={mayEdit} onOpen={show} />
          <EndOfList
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
            moreLabel={t('page.more')}
            loadingLabel={t('page.loadingMore')}
          />
        </>
      )}
      {shown !== undefined && mayEdit && (
        <ProgramPanel key={shown.id} program={shown} onClose={() => show(undefined)} />
      )}
      {isCreating && (
        <Suspense fallback={null}>
          <CreateProgramDialog onClose={() => setIsCreating(false)} onCreated={show} />
        </Suspense>
      )}
    </Page>
  );
}
