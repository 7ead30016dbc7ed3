import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Role } from '../../contract/permissions.ts';
import { type Me, useMe } from '../accounts/me.ts';
import { read } from '../api.ts';
import { chooseWorkspace } from './chosen-workspace.ts';

export type OwnWorkspace = Me['workspaces'][number];

/** The workspace on the screen, as the list of one's own has it. Throws where the list does not hold the active one. */
export function useActiveWorkspace(): OwnWorkspace {
  return findActive(useMe());
}

export function findActive({ workspaces, activeWorkspaceId }: Me): OwnWorkspace {
  const active = workspaces.find(({ id }) => id === activeWorkspaceId);
  if (active === undefined) throw new Error('The active workspace is missing in the list of workspaces.');
  return active;
}

export function isOverseer(role: Role): boolean {
  return role === 'owner' || role === 'admin';
}

/** Goes to another workspace, or with null to the personal one; what was loaded belongs to the one before. */
export function useSwitchWorkspace(): (id: OwnWorkspace['id'] | null, to?: '/' | '/team' | '/keys') => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useCallback(
    async (id, to) => {
      chooseWorkspace(id);
      // The address may name something of the workspace before, such as the open key.
      const { pathname } = router.state.location;
      await queryClient.fetchQuery({ ...read('GET /api/me'), staleTime: 0 });
      await router.navigate({ to: to ?? pathname, search: {} });
      await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'GET /api/me' });
    },
    [queryClient, router],
  );
}
