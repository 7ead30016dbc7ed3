import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api.ts';
import type { CredentialTest } from '../credential.ts';
import type { NewKey } from './draft.ts';

export type DraftTestState =
  | { kind: 'idle' }
  | { kind: 'running' }
  | { kind: 'done'; test: CredentialTest }
  | { kind: 'failed'; error: unknown };

export type TestRequest = Pick<NewKey, 'provider' | 'secret' | 'baseUrl' | 'baseUrls'>;

const SETTLE_MS = 500;

/**
 * Tests a key that is not saved yet. `request` reads the fields at the moment of the call and gives null while
 * something is missing. The answer to an earlier state of the fields is dropped.
 */
export function useDraftTest(request: () => TestRequest | null) {
  const [state, setState] = useState<DraftTestState>({ kind: 'idle' });
  const read = useRef(request);
  useEffect(() => {
    read.current = request;
  });
  const round = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  /** What was tested is no longer what is in the fields. */
  const reset = useCallback(() => {
    round.current += 1;
    clearTimeout(timer.current);
    setState({ kind: 'idle' });
  }, []);

  const now = useCallback(async () => {
    reset();
    const body = read.current();
    if (body === null) return;
    const mine = round.current;
    setState({ kind: 'running' });
    try {
      const test = await api('POST /api/keys/test', { body });
      if (round.current === mine) setState({ kind: 'done', test });
    } catch (error) {
      if (round.current === mine) setState({ kind: 'failed', error });
    }
  }, [reset]);

  const soon = useCallback(() => {
    reset();
    timer.current = setTimeout(() => void now(), SETTLE_MS);
  }, [reset, now]);

  useEffect(
    () => () => {
      round.current += 1;
      clearTimeout(timer.current);
    },
    [],
  );
  return { state, soon, now, reset };
}
