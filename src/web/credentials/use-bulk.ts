import { useCallback, useEffect, useRef, useState } from 'react';
import type { Credential, CredentialTest } from './credential.ts';

/** What came of one key in a bulk action. */
export type BulkOutcome =
  | { kind: 'done'; test?: CredentialTest }
  | { kind: 'failed'; error: unknown }
  | { kind: 'skipped' };

export interface BulkResult {
  credential: Credential;
  outcome: BulkOutcome;
}

export interface BulkRun {
  isRunning: boolean;
  doneCount: number;
  total: number;
  results: readonly BulkResult[];
}

/** Calls at the same time. Providers and the limiter of the server take a few at once well. */
const PARALLEL_MAX = 3;

type BulkAction = (credential: Credential) => Promise<BulkOutcome>;

/** Runs an action over many keys, a few at a time; one failure does not end the others. */
export function useBulk(): {
  run: BulkRun | null;
  start: (credentials: readonly Credential[], action: BulkAction) => Promise<readonly BulkResult[]>;
  stop: () => void;
  dismiss: () => void;
} {
  const [run, setRun] = useState<BulkRun | null>(null);
  const isStopped = useRef(false);
  useEffect(
    () => () => {
      isStopped.current = true;
    },
    [],
  );
  const start = useCallback(async (credentials: readonly Credential[], action: BulkAction) => {
    isStopped.current = false;
    const results = credentials.map((credential): BulkResult => ({ credential, outcome: { kind: 'skipped' } }));
    const queue = [...results.keys()];
    let doneCount = 0;
    const report = (isRunning: boolean) =>
      setRun({ isRunning, doneCount, total: results.length, results: [...results] });
    report(true);
    const work = async () => {
      for (let index = queue.shift(); index !== undefined && !isStopped.current; index = queue.shift()) {
        const credential = credentials[index];
        if (credential === undefined) continue;
        const outcome = await action(credential).catch((error: unknown) => ({ kind: 'failed', error }) as const);
        results[index] = { credential, outcome };
        doneCount += 1;
        report(true);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_MAX }, work));
    report(false);
    return results;
  }, []);
  const stop = useCallback(() => {
    isStopped.current = true;
  }, []);
  const dismiss = useCallback(() => setRun(null), []);
  return { run, start, stop, dismiss };
}
