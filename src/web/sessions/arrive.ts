import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { chooseWorkspace } from '../workspaces/chosen-workspace.ts';
import { noteSignedIn } from './session-cookie.ts';

/** What follows a successful sign-in: everything of whoever was here before is forgotten, and the page wanted opens. */
export function useArrive(): (next: string | undefined) => void {
  const router = useRouter();
  const queryClient = useQueryClient();
  return (next) => {
    noteSignedIn();
    chooseWorkspace(null);
    queryClient.clear();
    router.history.push(next ?? '/');
  };
}
