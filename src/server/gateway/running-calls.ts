import type { CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';

/** No call takes longer: models that think for long answer within half of it. What runs on is taken for stuck. */
const CALL_MS_MAX = 3_600_000;

/** Tells a call that it has to end. An AbortSignal would do, at ten times the cost with every call. */
export class CallStop {
  /** Among the running calls of its virtual key. */
  place = 0;
  /** When the call ends whatever it does, in ms of `performance.now()`. */
  readonly dueMs = performance.now() + CALL_MS_MAX;
  #listeners: (() => void)[] = [];
  #isStopped = false;
  #clientDueMs = Number.POSITIVE_INFINITY;
  #whenLate: (() => void) | null = null;

  get isStopped(): boolean {
    return this.#isStopped;
  }

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

  /** From now on the client has `ms` to send or take something, else `whenLate` is called, once. */
  awaitClient(ms: number, whenLate: () => void): void {
    this.#clientDueMs = performance.now() + ms;
    this.#whenLate = whenLate;
  }

  /** The client has done what was waited for. */
  noteClient(): void {
    this.#clientDueMs = Number.POSITIVE_INFINITY;
    this.#whenLate = null;
  }

  /** Ends what is overdue; `nowMs` of `performance.now()`. */
  judge(nowMs: number): void {
    if (nowMs >= this.dueMs) this.stop();
    if (nowMs < this.#clientDueMs) return;
    const whenLate = this.#whenLate;
    this.noteClient();
    whenLate?.();
  }
}

/** What a running call was let in by. */
export interface CallFacts {
  readonly requestId: string;
  readonly workspaceId: WorkspaceId;
  readonly virtualKeyId: VirtualKeyId;
  /** Of the secret that the client presented. */
  readonly secretHash: string;
}

/** The calls that are under way, so that they can be ended. */
export interface RunningCalls {
  enter: (facts: CallFacts) => { stop: CallStop; leave: () => void };
  /** The credential that a call is served by from now on. */
  noteServing: (requestId: string, credentialId: CredentialId) => void;
  /** Ends the calls of virtual keys that may no longer be used. */
  stopOf: (virtualKeyIds: Iterable<VirtualKeyId>) => void;
  /** Ends the calls of a workspace that would not be let in again so. `credentialId`: null before the first attempt. */
  stopUnless: (
    workspaceId: WorkspaceId,
    mayGoOn: (facts: CallFacts, credentialId: CredentialId | null) => boolean,
  ) => void;
  /** Ends calls that take too long, and those whose clients do; to be called every second or so. */
  judge: (nowMs: number) => void;
  stopAll: () => void;
  /** Resolves when no call runs any more. */
  idle: () => Promise<void>;
}

interface Run {
  readonly facts: CallFacts;
  readonly stop: CallStop;
}

/** The last one takes its place. */
function takeOut(runs: Run[], { stop }: Run): void {
  const last = runs.pop();
  if (last === undefined || last.stop === stop) return;
  runs[stop.place] = last;
  last.stop.place = stop.place;
}

export function createRunningCalls(): RunningCalls {
  // Lists and not sets: the tables that a busy set has outgrown keep the calls that were in them, with all they hold,
  // until the whole memory is looked through.
  const running = new Map<VirtualKeyId, Run[]>();
  const serving = new Map<string, CredentialId>();
  let calls = 0;
  let waiting: (() => void)[] = [];
  // Copies, for calls leave the list as they end.
  const everyRun = (): Run[] => [...running.values()].flat();
  return {
    enter(facts) {
      const { virtualKeyId, requestId } = facts;
      const stop = new CallStop();
      const own = running.get(virtualKeyId) ?? [];
      if (own.length === 0) running.set(virtualKeyId, own);
      const run = { facts, stop };
      stop.place = own.push(run) - 1;
      let isInside = true;
      calls += 1;
      return {
        stop,
        leave() {
          if (!isInside) return;
          isInside = false;
          takeOut(own, run);
          if (own.length === 0 && running.get(virtualKeyId) === own) running.delete(virtualKeyId);
          serving.delete(requestId);
          calls -= 1;
          if (calls > 0) return;
          for (const resolve of waiting) resolve();
          waiting = [];
        },
      };
    },
    noteServing: (requestId, credentialId) => void serving.set(requestId, credentialId),
    stopOf(virtualKeyIds) {
      for (const id of virtualKeyIds) for (const { stop } of (running.get(id) ?? []).slice()) stop.stop();
    },
    stopUnless(workspaceId, mayGoOn) {
      for (const { facts, stop } of everyRun()) {
        if (facts.workspaceId !== workspaceId) continue;
        if (!mayGoOn(facts, serving.get(facts.requestId) ?? null)) stop.stop();
      }
    },
    judge(nowMs) {
      for (const { stop } of everyRun()) stop.judge(nowMs);
    },
    stopAll() {
      for (const { stop } of everyRun()) stop.stop();
    },
    idle: () => (calls === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
