import type { VirtualKeyId } from '../../contract/ids.ts';

/** The calls that are under way, so that they can be ended. */
export interface RunningCalls {
  enter: (virtualKeyId: VirtualKeyId) => { signal: AbortSignal; leave: () => void };
  /** Ends the calls of virtual keys that may no longer be used. */
  stopOf: (virtualKeyIds: Iterable<VirtualKeyId>) => void;
  stopAll: () => void;
  /** Resolves when no call runs any more. */
  idle: () => Promise<void>;
}

export function createRunningCalls(): RunningCalls {
  const running = new Map<VirtualKeyId, Set<AbortController>>();
  let calls = 0;
  let waiting: (() => void)[] = [];
  const stop = (controllers: Iterable<AbortController>): void => {
    for (const controller of controllers) controller.abort();
  };
  return {
    enter(virtualKeyId) {
      const controller = new AbortController();
      const own = running.get(virtualKeyId) ?? new Set();
      running.set(virtualKeyId, own);
      own.add(controller);
      calls += 1;
      return {
        signal: controller.signal,
        leave() {
          if (!own.delete(controller)) return;
          if (own.size === 0 && running.get(virtualKeyId) === own) running.delete(virtualKeyId);
          calls -= 1;
          if (calls > 0) return;
          for (const resolve of waiting) resolve();
          waiting = [];
        },
      };
    },
    stopOf(virtualKeyIds) {
      for (const id of virtualKeyIds) stop(running.get(id) ?? []);
    },
    stopAll() {
      for (const own of running.values()) stop(own);
    },
    idle: () => (calls === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
