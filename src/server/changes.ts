import type { WorkspaceId } from '../contract/ids.ts';

type Listener = (workspaceId: WorkspaceId) => Promise<void>;

/** Tells those who keep a workspace's settings in memory that they changed. */
export interface Changes {
  /** Resolves when everybody knows: a change that was answered is in force. Never rejects. */
  announce(workspaceId: WorkspaceId): Promise<void>;
  subscribe(listener: Listener): void;
}

export function createChanges(): Changes {
  const listeners: Listener[] = [];
  return {
    async announce(workspaceId) {
      await Promise.allSettled(listeners.map((listener) => listener(workspaceId)));
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
