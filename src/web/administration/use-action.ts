import { useState } from 'react';
import { GivenUp } from '../errors.ts';

export interface Action {
  isBusy: boolean;
  /** What the last attempt was refused with; null while it runs, after success, and when the person gave up. */
  error: unknown;
  /** Resolves to whether it worked. Never rejects. */
  run: (call: () => Promise<unknown>) => Promise<boolean>;
}

/** One thing that a form or a button does: whether it runs, and what it failed with. */
export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (call: () => Promise<unknown>) => {
    setIsBusy(true);
    setError(null);
    try {
      await call();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  return { isBusy, error, run };
}
