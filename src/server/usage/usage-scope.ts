import type { WorkspaceContext } from '../context.ts';
import { readAccess, seesEveryCredential } from '../credentials/access.ts';
import type { UsageScope } from './visible-usage.store.ts';

/**
 * Members see their own calls, and of the keys behind them the names of those they may see; who oversees the workspace or
 * only looks on sees all of them.
 */
export async function usageScopeOf(context: WorkspaceContext): Promise<UsageScope> {
  const { user, workspace } = context;
  return {
    workspaceId: workspace.id,
    onlyMemberId: workspace.role === 'member' ? user.id : null,
    namedKeys: seesEveryCredential(context) ? 'all' : [...(await readAccess(context, null)).granted.keys()],
  };
}
