import type { WorkspaceId } from '../contract/ids.ts';

/** `past`: what calls of the past cost is another now. */
export type ChangeKind = 'settings' | 'past';

type Listener = (workspaceId: WorkspaceId, kind: ChangeKind) => Promise<void>;

/** Tells those who keep something of a workspace in memory that it changed. */
export interface Changes {
  /** Resolves when everybody knows: a change that was answered is in force. Never rejects. */
  announce(workspaceId: WorkspaceId, kind?: ChangeKind): Promise<void>;
  subscribe(listener: Listener): void;
}

export function createChanges(): Changes {
  const listeners: Listener[] = [];
  return {
    async announce(workspaceId, kind = 'settings') {
      await Promise.allSettled(listeners.map((listener) => listener(workspaceId, kind)));
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
