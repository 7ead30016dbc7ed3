/** Does work that is written in steps without letting anybody else go on, and counts the pauses it offers. */
export function workThrough<Result>(work: Generator<void, Result>): {
  readonly result: Result;
  readonly pauses: number;
} {
  for (let pauses = 0; ; pauses += 1) {
    const step = work.next();
    if (step.done) return { result: step.value, pauses };
  }
}
