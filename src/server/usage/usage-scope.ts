import { isAtLeast } from '../../contract/permissions.ts';
import type { WorkspaceContext } from '../context.ts';
import { accessLevelOf } from '../credentials/find-credential.ts';
import type { UsageScope } from './visible-usage.store.ts';

/** Members see their own calls; who oversees the workspace or only looks on sees all of them. */
export function usageScopeOf(context: WorkspaceContext): UsageScope {
  const { user, workspace } = context;
  return {
    workspaceId: workspace.id,
    onlyMemberId: workspace.role === 'member' ? user.id : null,
    seesKeyNames: isAtLeast(accessLevelOf(context), 'see'),
  };
}
