import { lazy, Suspense, useSyncExternalStore } from 'react';
import { ApiError } from '../../contract/client.ts';
import { GivenUp } from '../errors.ts';

const ConfirmIdentityDialog = lazy(() => import('./confirm-identity-dialog.tsx'));

interface Waiting {
  promise: Promise<boolean>;
  answer: (isConfirmed: boolean) => void;
}

let waiting: Waiting | null = null;
const listeners = new Set<() => void>();

function show(next: Waiting | null): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks the person to prove who they are. Resolves true after success, false when the person closes the dialog. Never rejects. */
export function freshSignIn(): Promise<boolean> {
  if (waiting !== null) return waiting.promise;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  show({
    promise,
    answer: (isConfirmed) => {
      show(null);
      resolve(isConfirmed);
    },
  });
  return promise;
}

/**
 * Makes a call that needs a fresh sign-in; asks for a proof and calls once more when the server demands it.
 * Rejects with GivenUp when the person closes the dialog, else as the call does.
 */
export async function withFreshSignIn<Reply>(call: () => Promise<Reply>): Promise<Reply> {
  try {
    return await call();
  } catch (error) {
    const isStale = error instanceof ApiError && error.code === 'fresh_sign_in_needed';
    if (!isStale) throw error;
    if (!(await freshSignIn())) throw new GivenUp();
    return await call();
  }
}

/** Stands once in the application and shows the dialog while somebody waits for it. */
export function FreshSignIn() {
  const current = useSyncExternalStore(subscribe, () => waiting);
  if (current === null) return null;
  return (
    <Suspense fallback={null}>
      <ConfirmIdentityDialog answer={current.answer} />
    </Suspense>
  );
}
