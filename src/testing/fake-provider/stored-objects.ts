interface StoredObject {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Objects that a provider keeps for one of its customers and shows to no other. */
export interface StoredObjects {
  put(owner: string, object: StoredObject): void;
  find(owner: string, id: string): StoredObject | null;
  /** True if it was there. */
  remove(owner: string, id: string): boolean;
  /** Oldest first. */
  list(owner: string): StoredObject[];
  clear(): void;
}

/** Keeps the newest `objectsMax`. */
export function createStoredObjects(objectsMax = 1_000): StoredObjects {
  const stored = new Map<string, { readonly owner: string; readonly object: StoredObject }>();
  const find: StoredObjects['find'] = (owner, id) => {
    const found = stored.get(id);
    return found?.owner === owner ? found.object : null;
  };
  return {
    put: (owner, object) => {
      stored.set(object.id, { owner, object });
      const [oldest] = stored.keys();
      if (stored.size > objectsMax && oldest !== undefined) stored.delete(oldest);
    },
    find,
    remove: (owner, id) => find(owner, id) !== null && stored.delete(id),
    list: (owner) => [...stored.values()].filter((one) => one.owner === owner).map(({ object }) => object),
    clear: () => stored.clear(),
  };
}
