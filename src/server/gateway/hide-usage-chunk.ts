const EVENT_BYTES_MAX = 1_048_576;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Takes one kind of event out of a stream of server-sent events and leaves every other byte as it is. */
export interface ChunkFilter {
  /** The bytes that may go on now. */
  push: (chunk: Buffer) => Buffer;
  /** What was held back when the stream ends. */
  end: () => Buffer;
}

/**
 * Hides the last chunk of a chat stream, `{"choices":[],...,"usage":{...}}`, from a client that did not ask for it
 * (new-api#4370): its parser may take the empty choices for a fault. Events are held back until they are whole; one
 * longer than 1 MB cannot be the usage and is let through.
 */
export function hideUsageChunk(): ChunkFilter {
  let held: Buffer = Buffer.alloc(0);
  let isPassing = false;
  const push = (chunk: Buffer): Buffer => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const out: Buffer[] = [];
    let start = 0;
    for (;;) {
      const end = endOfEvent(bytes, start);
      if (end < 0) break;
      const event = bytes.subarray(start, end);
      if (isPassing || !isUsageChunk(event)) out.push(event);
      isPassing = false;
      start = end;
    }
    held = bytes.subarray(start);
    if (isPassing || held.length > EVENT_BYTES_MAX) {
      // The event's end is still to come; its empty line must be found, so the last bytes stay.
      const kept = Math.min(3, held.length);
      out.push(held.subarray(0, held.length - kept));
      held = held.subarray(held.length - kept);
      isPassing = true;
    }
    const [only] = out;
    return out.length === 1 && only !== undefined ? only : Buffer.concat(out);
  };
  return {
    push,
    end() {
      const rest = held;
      held = Buffer.alloc(0);
      return !isPassing && isUsageChunk(rest) ? Buffer.alloc(0) : rest;
    },
  };
}

/** Behind the empty line that ends an event, or -1. */
function endOfEvent(bytes: Buffer, from: number): number {
  let position = from;
  for (;;) {
    const feed = bytes.indexOf(LINE_FEED, position);
    if (feed < 0) return -1;
    if (bytes[feed + 1] === LINE_FEED) return feed + 2;
    if (bytes[feed + 1] === CARRIAGE_RETURN && bytes[feed + 2] === LINE_FEED) return feed + 3;
    position = feed + 1;
  }
}

function isUsageChunk(event: Buffer): boolean {
  if (!event.includes('"usage"') || !/"choices"\s*:\s*\[\s*\]/.test(event.toString('latin1'))) return false;
  const data = /^data: ?(.*)$/m.exec(event.toString('utf8').replaceAll('\r', ''))?.[1];
  try {
    const chunk: unknown = JSON.parse(data ?? '');
    if (typeof chunk !== 'object' || chunk === null) return false;
    const choices: unknown = Reflect.get(chunk, 'choices');
    const usage: unknown = Reflect.get(chunk, 'usage');
    return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
  } catch {
    return false;
  }
}
