import { type CredentialStatus, credentialStatuses } from '../../contract/vocabulary.ts';
import { pick } from '../search-params.ts';

export type StatusFilter = CredentialStatus | 'expiring' | 'trashed';

/** What the address of the keys page says: the filters, the open key, and whether the form for a new one is open. */
export interface KeysSearch {
  q?: string | undefined;
  provider?: string | undefined;
  tag?: string | undefined;
  status?: StatusFilter | undefined;
  /** The id of the key whose panel is open. */
  key?: string | undefined;
  /** The form for a new key is open; it starts with the provider of the filter. */
  add?: 1 | undefined;
}

/** Reads an address that people may have edited; what is not understood is left out. */
export function readKeysSearch(raw: Record<string, unknown>): KeysSearch {
  const { status, ...rest } = pick(raw, 'q', 'provider', 'tag', 'status', 'key');
  return {
    ...rest,
    ...(isStatusFilter(status) ? { status } : {}),
    ...(raw.add === 1 || raw.add === '1' ? { add: 1 } : {}),
  };
}

export function isStatusFilter(value: string | undefined): value is StatusFilter {
  return value === 'expiring' || value === 'trashed' || credentialStatuses.some((status) => status === value);
}
