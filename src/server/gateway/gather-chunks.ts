/** About what one read of a socket brings; more does not wait. */
const GATHERED_BYTES_MAX = 131_072;

interface GatheredChunks {
  add: (chunk: Buffer) => void;
  /** What has been gathered and not been passed, or null; it is the caller's then. */
  take: () => Buffer | null;
}

/**
 * Joins the chunks that one read of the provider's socket holds: a burst of events comes as dozens of them, and each would
 * be metered, framed and written by itself. They are passed on before the next read, so nothing waits for bytes that are
 * still on their way. `pass` is told null where the first read brought no chunk.
 */
export function gatherChunks(pass: (gathered: Buffer | null) => void): GatheredChunks {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isDue = true;
  let hasPassed = false;
  const take = (): Buffer | null => {
    const [first = null] = chunks;
    const gathered = chunks.length > 1 ? Buffer.concat(chunks, bytes) : first;
    chunks = [];
    bytes = 0;
    hasPassed ||= gathered !== null;
    return gathered;
  };
  const passOn = (): void => {
    isDue = false;
    if (chunks.length > 0 || !hasPassed) pass(take());
  };
  // After everything that one read is parsed into, before the next one.
  process.nextTick(passOn);
  return {
    take,
    add(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= GATHERED_BYTES_MAX) pass(take());
      else if (!isDue) {
        isDue = true;
        process.nextTick(passOn);
      }
    },
  };
}
