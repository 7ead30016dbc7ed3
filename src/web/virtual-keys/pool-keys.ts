import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api.ts';
import type { Credential, CredentialId } from '../credentials/credential.ts';

const PAGE_SIZE = 100;
const PAGES_MAX = 10;

async function readAllKeys(): Promise<Credential[]> {
  const found: Credential[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query: { limit: number; cursor?: string } = { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
    const reply = await api('GET /api/keys', { query });
    found.push(...reply.items);
    cursor = reply.nextCursor;
    if (cursor === null) break;
  }
  return found;
}

export interface PoolKeys {
  /** Up to 1,000, newest first. */
  items: readonly Credential[];
  find: (id: CredentialId) => Credential | undefined;
  isLoading: boolean;
  error: Error | null;
}

/** The API keys a virtual key can use, by id, for names and provider marks. */
export function usePoolKeys(): PoolKeys {
  const { data, isPending, error } = useQuery({
    // Under the name of the list, so that every change of a key reaches it.
    queryKey: ['GET /api/keys', 'all'],
    queryFn: readAllKeys,
  });
  return useMemo(() => {
    const items = data ?? [];
    const byId = new Map(items.map((credential) => [credential.id, credential]));
    return { items, find: (id) => byId.get(id), isLoading: isPending, error };
  }, [data, isPending, error]);
}
