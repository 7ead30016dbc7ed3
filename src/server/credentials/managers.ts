import type { UserId } from '../../contract/ids.ts';
import { effectiveLevel } from '../../contract/permissions.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { CredentialRow } from './credential-view.ts';
import { listActiveMembers, listGrantsToPeople, readAccessPolicy } from './managers.store.ts';

/** Who may manage a credential: those who are told when something is wrong with it. Nobody in a deleted workspace. */
export async function listManagers(
  database: DatabaseHandle,
  credential: Pick<CredentialRow, 'id' | 'workspace_id'>,
): Promise<UserId[]> {
  const policy = await readAccessPolicy(database, credential.workspace_id);
  if (policy === undefined) return [];
  const grants = await listGrantsToPeople(database, credential.id);
  const members = await listActiveMembers(database, credential.workspace_id);
  return members.flatMap(({ user_id: userId, role }) => {
    const levels = grants
      .filter(({ kind, subject_id, user_id }) => kind === 'everyone' || subject_id === userId || user_id === userId)
      .map(({ level }) => level);
    return effectiveLevel(role, levels, policy) === 'manage' ? [userId] : [];
  });
}
