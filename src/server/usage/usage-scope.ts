import { isRoleAtLeast } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import { readAccess, seesEveryCredential } from '../credentials/access.ts';
import type { UsageScope } from './visible-usage.store.ts';

/**
 * Owners and administrators see the calls of everybody. Others see their own, for what somebody spends is not everyone's
 * to know, and of the keys behind them the names of those they may see.
 */
export async function usageScopeOf(context: WorkspaceContext): Promise<UsageScope> {
  const { user, workspace } = context;
  return {
    workspaceId: workspace.id,
    onlyMemberId: isRoleAtLeast(workspace.role, 'admin') ? null : user.id,
    namedKeys: seesEveryCredential(context) ? 'all' : [...(await readAccess(context, null)).granted.keys()],
  };
}
