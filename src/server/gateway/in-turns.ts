/** How long one piece of work keeps the thread that serves calls. */
const TURN_MS_MAX = 4;

/** One queue, for there is one thread: of all the work that waits one piece is done in each round of the event loop. */
const waiting: (() => void)[] = [];

function serveNext(): void {
  const next = waiting.shift();
  if (waiting.length > 0) setImmediate(serveNext);
  next?.();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(serveNext);
  });
}

/**
 * Does long work, such as reading a body of 100 MB, in pieces of 4 ms, and lets all other calls go on between them. The
 * work yields often: after every 64 KB or so. Short work is done at once, and then there is no promise.
 */
export function inTurns<Result>(work: Generator<void, Result>): Result | Promise<Result> {
  const step = doPiece(work);
  return step.done ? step.value : finish(work);
}

async function finish<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    await nextTurn();
    const step = doPiece(work);
    if (step.done) return step.value;
  }
}

function doPiece<Result>(work: Generator<void, Result>): IteratorResult<void, Result> {
  const startedMs = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done || performance.now() - startedMs >= TURN_MS_MAX) return step;
  }
}
