import { isAllowed, type Permission } from '../../contract/permissions.ts';
import { useMe } from './me.ts';

/** Whether the person's role in the active workspace has a permission. The server decides again on every call. */
export function useAllowed(permission: Permission): boolean {
  const { workspaces, activeWorkspaceId } = useMe();
  const workspace = workspaces.find(({ id }) => id === activeWorkspaceId);
  return workspace !== undefined && isAllowed(permission, workspace.role, null);
}
