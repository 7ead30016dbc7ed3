/** How many calls of a subject run at once, in this process. */
export interface Concurrency {
  /**
   * Counts a call in and gives the function that counts it out, which may be called more than once. Null: as many as may
   * (`max`; null for any number) run already. Calls are counted where there is no limit, too, so that one set later holds.
   */
  readonly enter: (subject: string, max: number | null) => (() => void) | null;
  readonly count: (subject: string) => number;
}

export function createConcurrency(): Concurrency {
  const running = new Map<string, number>();
  const count = (subject: string): number => running.get(subject) ?? 0;
  return {
    count,
    enter(subject, max) {
      const before = count(subject);
      if (max !== null && before >= max) return null;
      running.set(subject, before + 1);
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        const left = count(subject) - 1;
        if (left > 0) running.set(subject, left);
        else running.delete(subject);
      };
    },
  };
}
