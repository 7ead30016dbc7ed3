import type { CredentialId, VirtualKeyId } from '../../contract/ids.ts';

const KEPT_MAX = 50_000;

interface Owner {
  readonly virtualKeyId: VirtualKeyId;
  readonly credentialId: CredentialId;
}

/** Which virtual key made a stored response, and on which credential it lives. */
export interface ResponseOwners {
  note: (responseId: string, owner: Owner) => void;
  find: (responseId: string) => Promise<Owner | null>;
}

/** Remembers the latest and asks `look` for older ones. */
export function createResponseOwners(look: (responseId: string) => Promise<Owner | null>): ResponseOwners {
  const kept = new Map<string, Owner>();
  return {
    note(responseId, { virtualKeyId, credentialId }) {
      // These two alone: the records that come here hold much more.
      kept.set(responseId, { virtualKeyId, credentialId });
      const oldest = kept.keys().next();
      if (kept.size > KEPT_MAX && !oldest.done) kept.delete(oldest.value);
    },
    find: async (responseId) => kept.get(responseId) ?? (await look(responseId)),
  };
}
