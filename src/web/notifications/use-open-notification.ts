import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMe } from '../accounts/me.ts';
import { isCredentialId } from '../credentials/credential.ts';
import { isVirtualKeyId } from '../virtual-keys/virtual-key.ts';
import { chooseWorkspace } from '../workspaces/chosen-workspace.ts';
import type { Notification } from './notification-queries.ts';

/** Goes to what a notification is about, in the workspace that it is about. */
export function useOpenNotification(): (notification: Notification) => Promise<void> {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { workspaces, activeWorkspaceId } = useMe();
  return async ({ kind, subject, workspace }) => {
    const { id } = subject;
    const isElsewhere = workspace !== null && workspace.id !== activeWorkspaceId;
    if (isElsewhere && workspaces.some((known) => known.id === workspace.id)) {
      chooseWorkspace(workspace.id);
      // What was loaded belongs to the workspace before.
      await queryClient.resetQueries();
    }
    const known = id ?? undefined;
    if (isCredentialId(known)) await navigate({ to: '/keys', search: { key: known } });
    else if (isVirtualKeyId(known)) await navigate({ to: '/virtual-keys', search: { open: known } });
    else if (kind === 'security') await navigate({ to: '/settings/security' });
    else if (kind === 'member_joined') await navigate({ to: '/team' });
    else await navigate({ to: '/' });
  };
}
