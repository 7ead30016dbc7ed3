import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { read } from '../api.ts';

export type Security = OperationReply<Operations['GET /api/me/security']>;
export type Passkey = OperationReply<Operations['GET /api/me/passkeys']>['items'][number];

/** Which second factors the account has, how it is signed in, and what the server can do for it. */
export function useSecurity() {
  return useQuery(read('GET /api/me/security'));
}

export function usePasskeys() {
  return useQuery(read('GET /api/me/passkeys'));
}

/** Asks anew for everything that a change of a second factor touches; `GET /api/me` knows how long a proof lasts. */
export function useRefreshSecurity(): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    const names = ['GET /api/me/security', 'GET /api/me/passkeys', 'GET /api/sessions', 'GET /api/me'];
    await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
  };
}

/** Whether the account would be left with its password alone when one factor of this kind goes. */
export function isLastFactor({ secondFactors }: Security, kind: 'totp' | 'passkey'): boolean {
  const { totp, passkeys } = secondFactors;
  return kind === 'totp' ? passkeys === 0 : !totp && passkeys <= 1;
}
