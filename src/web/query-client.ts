import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../contract/client.ts';

const RETRIES_MAX = 2;

/** Only an unreachable or failing server is worth asking again; a refusal stays one. */
function isWorthAsking(failures: number, error: Error): boolean {
  const isOurs = error instanceof ApiError;
  return failures < RETRIES_MAX && (!isOurs || error.code === 'offline' || error.httpStatus >= 500);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: isWorthAsking, retryDelay: (attempt) => 400 * 2 ** attempt },
    mutations: { retry: false },
  },
});
