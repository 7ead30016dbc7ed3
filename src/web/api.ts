import { type Arguments, createClient } from '../contract/client.ts';
import type { ErrorBody } from '../contract/errors.ts';
import type { OperationReply } from '../contract/operation.ts';
import type { OperationKey, Operations } from '../contract/operations.ts';
import { chosenWorkspace } from './workspaces/chosen-workspace.ts';

type ReadOperation = Extract<OperationKey, `GET ${string}`>;

let whenSignedOut: () => void = () => undefined;

/** Says what happens when a call finds that nobody is signed in any more. Called once, by main.tsx. */
export function onSignedOut(handler: () => void): void {
  whenSignedOut = handler;
}

/** The typed client of the dashboard: `await api('GET /api/keys', { query: { q: 'prod' } })`. Throws ApiError. */
export const api = createClient({
  baseUrl: '',
  headers: () => {
    const workspaceId = chosenWorkspace();
    return workspaceId === null ? {} : { 'x-workspace-id': workspaceId };
  },
  fetch: async (input, init) => {
    const response = await fetch(input, init);
    // A refused password, code or passkey is a 401 as well.
    if (response.status === 401 && (await codeOf(response)) === 'not_signed_in') whenSignedOut();
    return response;
  },
});

async function codeOf(response: Response): Promise<string | undefined> {
  const body: Partial<ErrorBody> = await response
    .clone()
    .json()
    .catch(() => ({}));
  return body.error?.code;
}

/**
 * Key and function of a query that reads one operation: `useQuery(read('GET /api/keys', { query: { q } }))`.
 * The key is `[name, request]`, so `invalidateQueries({ queryKey: ['GET /api/keys'] })` reaches every page of a list.
 */
export function read<K extends ReadOperation>(
  name: K,
  ...rest: Arguments<K>
): { queryKey: readonly [K, unknown]; queryFn: () => Promise<OperationReply<Operations[K]>> } {
  return { queryKey: [name, rest[0] ?? {}], queryFn: () => api(name, ...rest) };
}
