import type { VirtualKeyId } from '../../contract/ids.ts';

/** Tells a call that it has to end. An AbortSignal would do, at ten times the cost with every call. */
export class CallStop {
  /** Among the running calls of its virtual key. */
  place = 0;
  #listeners: (() => void)[] = [];
  #isStopped = false;

  /** Calls the listener once when the call is stopped; at once when it is already. */
  onStop(listener: () => void): void {
    if (this.#isStopped) listener();
    else this.#listeners.push(listener);
  }

  forget(listener: () => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const told = this.#listeners;
    this.#listeners = [];
    for (const listener of told) listener();
  }
}

/** The calls that are under way, so that they can be ended. */
export interface RunningCalls {
  enter: (virtualKeyId: VirtualKeyId) => { stop: CallStop; leave: () => void };
  /** Ends the calls of virtual keys that may no longer be used. */
  stopOf: (virtualKeyIds: Iterable<VirtualKeyId>) => void;
  stopAll: () => void;
  /** Resolves when no call runs any more. */
  idle: () => Promise<void>;
}

/** The last one takes its place. */
function takeOut(calls: CallStop[], stop: CallStop): void {
  const last = calls.pop();
  if (last === undefined || last === stop) return;
  calls[stop.place] = last;
  last.place = stop.place;
}

export function createRunningCalls(): RunningCalls {
  // Lists and not sets: the tables that a busy set has outgrown keep the calls that were in them, with all they hold,
  // until the whole memory is looked through.
  const running = new Map<VirtualKeyId, CallStop[]>();
  let calls = 0;
  let waiting: (() => void)[] = [];
  const stopAllOf = (stops: readonly CallStop[]): void => {
    // A copy, for calls leave the list as they end.
    for (const stop of stops.slice()) stop.stop();
  };
  return {
    enter(virtualKeyId) {
      const stop = new CallStop();
      const own = running.get(virtualKeyId) ?? [];
      if (own.length === 0) running.set(virtualKeyId, own);
      stop.place = own.push(stop) - 1;
      let isInside = true;
      calls += 1;
      return {
        stop,
        leave() {
          if (!isInside) return;
          isInside = false;
          takeOut(own, stop);
          if (own.length === 0 && running.get(virtualKeyId) === own) running.delete(virtualKeyId);
          calls -= 1;
          if (calls > 0) return;
          for (const resolve of waiting) resolve();
          waiting = [];
        },
      };
    },
    stopOf(virtualKeyIds) {
      for (const id of virtualKeyIds) stopAllOf(running.get(id) ?? []);
    },
    stopAll() {
      for (const own of running.values()) stopAllOf(own);
    },
    idle: () => (calls === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
