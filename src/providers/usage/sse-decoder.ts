/** One event of a stream: its name (empty where it has none) and its data, lines joined by a line feed. */
type OnEvent = (name: string, data: string) => void;

interface SseDecoder {
  push: (chunk: Uint8Array) => void;
  /** Gives out an event that the stream ended in, although the standard drops it: some hosts forget the blank line. */
  end: () => void;
}

/** More than any event with usage has; a longer one is dropped and the next is read again. */
const EVENT_CHARACTERS_MAX = 8 * 1024 * 1024;
/** So many pieces of one line are kept apart before they are joined. */
const PARTS_MAX = 4096;

/**
 * Cuts a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): any line ending,
 * also one that is cut between two chunks, comments, data of several lines, characters cut anywhere. Beyond the standard,
 * a complete object that is followed by another without a blank line between them is an event of its own.
 */
export function createSseDecoder(onEvent: OnEvent): SseDecoder {
  const decoder = new TextDecoder();
  let pending: string[] = [];
  let pendingCharacters = 0;
  let endedInReturn = false;
  let name = '';
  let data: string | null = null;
  let isTooLong = false;

  const dispatch = (): void => {
    const [eventName, eventData] = [name, data];
    name = '';
    data = null;
    if (!isTooLong && eventData !== null) onEvent(eventName, eventData);
    isTooLong = false;
  };

  const addData = (value: string): void => {
    if (data?.endsWith('}') && (value.startsWith('{') || value.startsWith('[DONE]'))) dispatch();
    if ((data?.length ?? 0) + value.length > EVENT_CHARACTERS_MAX) {
      isTooLong = true;
      data = null;
    }
    if (!isTooLong) data = data === null ? value : `${data}\n${value}`;
  };

  const readLine = (line: string): void => {
    if (line === '') dispatch();
    else if (line.startsWith('data:')) addData(line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5));
    else if (line.startsWith('event:')) name = line.slice(line.charCodeAt(6) === 0x20 ? 7 : 6).trim();
  };

  const keep = (part: string): void => {
    if (part === '') return;
    pendingCharacters += part.length;
    if (pendingCharacters > EVENT_CHARACTERS_MAX) {
      isTooLong = true;
      pending = [];
    } else if (pending.push(part) > PARTS_MAX) {
      pending = [pending.join('')];
    }
  };

  /** The line that a chunk has completed; the head of one that was too long is gone, and so is the rest of it. */
  const takeLine = (tail: string): string | null => {
    const isWhole = pendingCharacters + tail.length <= EVENT_CHARACTERS_MAX;
    const line = pending.length === 0 ? tail : pending.join('') + tail;
    pending = [];
    pendingCharacters = 0;
    return isWhole ? line : null;
  };

  const read = (chunk: string): void => {
    let text = chunk;
    if (endedInReturn && text.startsWith('\n')) text = text.slice(1);
    if (chunk !== '') endedInReturn = chunk.endsWith('\r');
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      const line = takeLine(text.slice(from, to));
      if (line !== null) readLine(line);
      else isTooLong = true;
      from = to + 1;
    }
    keep(from === 0 ? text : text.slice(from));
  };

  return {
    push: (chunk) => read(decoder.decode(chunk, { stream: true })),
    end() {
      read(decoder.decode());
      const line = takeLine('');
      if (line !== null && line !== '') readLine(line);
      dispatch();
    },
  };
}
