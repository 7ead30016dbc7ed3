import { useCallback, useMemo, useState } from 'react';
import type { Credential, CredentialId } from './credential.ts';

export interface Selection {
  items: readonly Credential[];
  has: (id: CredentialId) => boolean;
  toggle: (credential: Credential) => void;
  selectAll: (credentials: readonly Credential[]) => void;
  clear: () => void;
}

/** The keys ticked for a bulk action. They stay ticked while the list is filtered. */
export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<CredentialId, Credential>>(new Map());
  const toggle = useCallback((credential: Credential) => {
    setChosen((before) => {
      const next = new Map(before);
      if (!next.delete(credential.id)) next.set(credential.id, credential);
      return next;
    });
  }, []);
  const selectAll = useCallback((credentials: readonly Credential[]) => {
    setChosen((before) => new Map([...before, ...credentials.map((item) => [item.id, item] as const)]));
  }, []);
  const clear = useCallback(() => setChosen(new Map()), []);
  return useMemo(
    () => ({ items: [...chosen.values()], has: (id) => chosen.has(id), toggle, selectAll, clear }),
    [chosen, toggle, selectAll, clear],
  );
}
