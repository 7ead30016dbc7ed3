import { useQuery } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { read } from '../api.ts';
import type { CredentialId } from '../credentials/credential.ts';

export type ShareLink = OperationReply<Operations['GET /api/share-links']>['items'][number];
export type SharedSecret = OperationReply<Operations['POST /api/shared/read']>;

const LINKS_MAX = 100;

/** The newest links to one key, as far as the person may know of them. */
export function useShareLinks(keyId: CredentialId) {
  return useQuery({
    ...read('GET /api/share-links', { query: { limit: LINKS_MAX } }),
    select: ({ items }) => items.filter((link) => link.keyId === keyId),
  });
}
