import type { WorkspaceContext } from '../context.ts';
import { seesEveryCredential } from '../credentials/access.ts';
import type { UsageScope } from './visible-usage.store.ts';

/** Members see their own calls; who oversees the workspace or only looks on sees all of them. */
export function usageScopeOf(context: WorkspaceContext): UsageScope {
  const { user, workspace } = context;
  return {
    workspaceId: workspace.id,
    onlyMemberId: workspace.role === 'member' ? user.id : null,
    seesKeyNames: seesEveryCredential(context),
  };
}
