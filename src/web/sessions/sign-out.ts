import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ApiError } from '../../contract/client.ts';
import { api } from '../api.ts';
import { toastError } from '../ui/toasts.tsx';
import { chooseWorkspace } from '../workspaces/chosen-workspace.ts';
import { noteSignedOut } from './session-cookie.ts';

/** Ends the session on the server, forgets everything that was loaded, and shows the sign-in page. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return async () => {
    try {
      await api('POST /api/logout');
    } catch (error) {
      const isOver = error instanceof ApiError && error.code === 'not_signed_in';
      if (!isOver) {
        toastError(error);
        return;
      }
    }
    noteSignedOut();
    chooseWorkspace(null);
    await navigate({ to: '/sign-in', search: {} });
    queryClient.clear();
  };
}
