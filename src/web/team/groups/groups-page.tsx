import { ActionIcon, Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { api } from '../../api.ts';
import table from '../../credentials/keys-table.module.css';
import { PHONE } from '../../credentials/screen.ts';
import { TagList } from '../../credentials/tag-list.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Page } from '../../ui/page.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import type { UserId } from '../members/member.ts';
import { useEveryMember } from '../members/member-queries.ts';
import classes from '../team.module.css';
import { type Group, useGroups, useRefreshGroups } from './group-queries.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));

type Editing = { kind: 'new' } | { kind: 'edit'; group: Group };

/** Members who are given levels together; owners and administrators say who is in which group. */
export default function GroupsPage() {
  const { t } = useTranslation('groups');
  const mayEdit = useAllowed('group:edit');
  const groups = useGroups();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [editing, setEditing] = useState<Editing | null>(null);
  const [deleting, setDeleting] = useState<Group | null>(null);
  const create = mayEdit && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEditing({ kind: 'new' })}>
      {t('page.create')}
    </Button>
  );
  return (
    <Page title={t('page.title')} lead={t('page.lead')} action={groups.data?.items.length === 0 ? null : create}>
      {groups.isPending && (isPhone ? <CardsSkeleton cards={3} height={96} /> : <TableSkeleton rows={4} columns={3} />)}
      {groups.isError && <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.data?.items.length === 0 && (
        <EmptyState icon={UsersRound} title={t('empty.title')} text={t('empty.text')} action={create} />
      )}
      {groups.data !== undefined && groups.data.items.length > 0 && (
        <GroupList
          groups={groups.data.items}
          isPhone={isPhone}
          onEdit={(group) => setEditing({ kind: 'edit', group })}
          onDelete={setDeleting}
        />
      )}
      {editing !== null && (
        <Suspense fallback={null}>
          <GroupDialog group={editing.kind === 'edit' ? editing.group : null} onClose={() => setEditing(null)} />
        </Suspense>
      )}
      {deleting !== null && <DeleteGroup group={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  );
}

interface GroupListProps {
  groups: readonly Group[];
  isPhone: boolean;
  onEdit: (group: Group) => void;
  onDelete: (group: Group) => void;
}

/** The names of members, once they are known. */
function useMemberNames(): (ids: readonly UserId[]) => string[] {
  const names = new Map(useEveryMember().data?.map(({ userId, name }) => [userId, name]));
  return (ids) => ids.flatMap((id) => names.get(id) ?? []);
}

function GroupList({ groups, isPhone, onEdit, onDelete }: GroupListProps) {
  const { t } = useTranslation('groups');
  const namesOf = useMemberNames();
  if (isPhone)
    return (
      <ul className={table.cards} aria-label={t('page.listName')}>
        {groups.map((group) => (
          <li key={group.id} className={table.card}>
            <div className={classes.cardTop}>
              <span className={classes.personWords}>
                <span className={classes.personName}>{group.name}</span>
                <MemberCount group={group} />
              </span>
              <GroupActions group={group} onEdit={onEdit} onDelete={onDelete} />
            </div>
            <TagList tags={namesOf(group.memberIds)} shown={4} />
          </li>
        ))}
      </ul>
    );
  return (
    <div className={table.frame}>
      <table className={table.table}>
        <caption className={table.hidden}>{t('page.listName')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.name')}</th>
            <th scope="col">{t('column.members')}</th>
            <th scope="col" className={classes.lastSeenColumn}>
              {t('column.changed')}
            </th>
            <th scope="col" className={classes.actionsCell}>
              <span className={table.hidden}>{t('column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.id}>
              <th scope="row" className={classes.personCell}>
                <span className={classes.personWords}>
                  <span className={classes.personName}>
                    <span className={classes.clip}>{group.name}</span>
                  </span>
                  <MemberCount group={group} />
                </span>
              </th>
              <td>
                <TagList tags={namesOf(group.memberIds)} shown={5} />
              </td>
              <td className={`${classes.noWrap} ${classes.lastSeenColumn}`}>
                <Time value={group.updatedAt} />
              </td>
              <td className={classes.actionsCell}>
                <GroupActions group={group} onEdit={onEdit} onDelete={onDelete} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MemberCount({ group }: { group: Group }) {
  const { t } = useTranslation('groups');
  const count = group.memberIds.length;
  return <span className={classes.under}>{count === 0 ? t('row.nobody') : t('row.members', { count })}</span>;
}

function GroupActions({ group, onEdit, onDelete }: Pick<GroupListProps, 'onEdit' | 'onDelete'> & { group: Group }) {
  const { t } = useTranslation('groups');
  const mayEdit = useAllowed('group:edit');
  if (!mayEdit) return null;
  return (
    <span className={classes.actions}>
      <ActionIcon aria-label={t('row.edit', { name: group.name })} onClick={() => onEdit(group)}>
        <Pencil size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label={t('row.delete', { name: group.name })} onClick={() => onDelete(group)}>
        <Trash2 size={15} aria-hidden />
      </ActionIcon>
    </span>
  );
}

function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation('groups');
  const refresh = useRefreshGroups();
  const { id, name, memberIds } = group;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('delete.title', { name })}
      confirmLabel={t('delete.confirm')}
      onConfirm={async () => {
        await api('DELETE /api/groups/{id}', { params: { id } });
        toastDone(t('done.deleted', { name }));
        await refresh();
      }}
    >
      <p>{memberIds.length === 0 ? t('delete.textEmpty') : t('delete.text', { count: memberIds.length })}</p>
    </ConfirmDialog>
  );
}
