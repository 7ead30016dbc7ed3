import type { CredentialId, UserId } from '../../contract/ids.ts';
import { mayCopy } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import { readAccess } from '../credentials/access.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Standing } from './member-rules.ts';

/** The keys that somebody can copy; `all`: every one of the workspace. */
export type Reach = 'all' | readonly CredentialId[];

/** More than so many are written down as all of them: a report that names too many keys does no harm. */
const NAMED_MAX = 500;

/** What a member can copy by their role, their own grants and those of their groups. */
export async function readReach(
  database: DatabaseHandle,
  context: WorkspaceContext,
  { userId, standing }: { userId: UserId; standing: Standing },
): Promise<Reach> {
  const { workspace } = context;
  if (standing.state !== 'active') return [];
  if (mayCopy(standing.role, [], workspace.policy)) return 'all';
  const asThem = {
    ...context,
    workspace: { ...workspace, role: standing.role },
    actor: { kind: 'user', id: userId, label: '' },
  } as const;
  const { granted } = await readAccess(asThem, null, database);
  return [...granted].flatMap(([id, access]) => (access.mayCopy ? [id] : []));
}

/** How the audit trail keeps it, for the report of who could copy what. */
export function describeReach(reach: Reach): { couldCopyAll?: true; couldCopy?: readonly string[] } {
  if (reach === 'all' || reach.length > NAMED_MAX) return { couldCopyAll: true };
  return reach.length === 0 ? {} : { couldCopy: reach };
}
