import { isRecord, parseJson } from '../json-reply.ts';
import type { Dialect, Provider } from '../provider.ts';
import { tellsFacts } from './event-relevance.ts';
import { detectFraming, type Framing, withoutLeadingSpace } from './framing.ts';
import { JsonScanner } from './json-scanner.ts';
import { readBodyError, resultNames } from './reply-error.ts';
import { factPaths, ReplyFacts } from './reply-facts.ts';
import { createSseDecoder } from './sse-decoder.ts';
import type { UsageReading } from './usage-reading.ts';
import { createEventCounter, type WrittenCharacters, writtenNames } from './written-characters.ts';

export interface UsageReader {
  /** Bytes of the reply, decompressed, cut anywhere. */
  push: (chunk: Uint8Array) => void;
  /** No more bytes will come, whether the reply was whole or not. */
  end: () => void;
  /** What is known now. The same object until more is known. */
  read: () => UsageReading;
  /** As `read().isComplete`, for asking after every chunk. */
  isComplete: () => boolean;
}

interface UsageReaderInput {
  readonly provider: Provider;
  readonly dialect: Dialect | null;
  /** As usage events name it, e.g. `chat/completions`. */
  readonly endpoint: string;
  readonly contentType: string | null;
  readonly httpStatus: number;
}

/** What reads the bytes, once it is known what they are. */
interface ByteReader {
  push: (chunk: Uint8Array) => void;
  end: () => void;
}

/**
 * Reads usage, model, id and errors from the bytes of one reply while they pass. Never throws: a fault in here, or a
 * reply that nobody understands, reads as nothing told. A refusal (status 300 and above) is read for its error alone.
 */
export function createUsageReader(input: UsageReaderInput): UsageReader {
  const written: WrittenCharacters = { ascii: 0, wide: 0 };
  const facts = new ReplyFacts(input);
  const reader =
    input.httpStatus >= 300
      ? createRefusalReader(input.httpStatus, facts)
      : createSniffingReader(input.contentType, (framing) => readerOf(framing, { input, facts, written }));
  let isFaulty = false;
  let last: UsageReading | null = null;

  const guarded = (step: () => void): void => {
    if (isFaulty) return;
    last = null;
    try {
      step();
    } catch {
      isFaulty = true;
    }
  };
  return {
    push: (chunk) => guarded(() => reader.push(chunk)),
    end: () => guarded(() => reader.end()),
    read() {
      last ??= { ...facts.read(), written: { ...written } };
      return last;
    },
    isComplete: () => facts.isComplete,
  };
}

const REFUSAL_BYTES_MAX = 64 * 1024;

/** Keeps the head of a refusal, which says everything that one says. */
function createRefusalReader(httpStatus: number, facts: ReplyFacts): ByteReader {
  const decoder = new TextDecoder();
  let body = '';
  let bytesLeft = REFUSAL_BYTES_MAX;
  return {
    push(chunk) {
      body += decoder.decode(chunk.subarray(0, bytesLeft), { stream: true });
      bytesLeft -= Math.min(bytesLeft, chunk.length);
    },
    end: () => facts.noteError(readBodyError(httpStatus, body)),
  };
}

/** Holds the first bytes until they show what the reply is, since its content type may be missing or wrong. */
function createSniffingReader(contentType: string | null, open: (framing: Framing) => ByteReader): ByteReader {
  let head: Uint8Array = noBytes;
  let reader: ByteReader | null = null;
  const decide = (isAll: boolean): void => {
    const framing = detectFraming(contentType, head, isAll);
    if (framing === null) return;
    reader = open(framing);
    reader.push(withoutLeadingSpace(head));
    head = noBytes;
  };
  return {
    push(chunk) {
      if (reader !== null) {
        reader.push(chunk);
        return;
      }
      head = head.length === 0 ? chunk : join(withoutLeadingSpace(head), chunk);
      decide(false);
      // The chunk is the caller's, who may use its memory again.
      if (head === chunk) head = chunk.slice();
    },
    end() {
      if (reader === null) decide(true);
      reader?.end();
    },
  };
}

const noBytes = new Uint8Array(0);

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

interface Reading {
  readonly input: UsageReaderInput;
  readonly facts: ReplyFacts;
  readonly written: WrittenCharacters;
}

const nothingReader: ByteReader = { push: () => undefined, end: () => undefined };

function readerOf(framing: Framing, reading: Reading): ByteReader {
  if (framing === 'none') return nothingReader;
  return framing === 'events' ? eventReader(reading) : bodyReader(reading);
}

/** Up to here a body is kept and parsed at its end, which costs less than a walk over its bytes. */
const PARSED_BYTES_MAX = 64 * 1024;

/** A JSON body: a small one is parsed as a whole, a larger one is scanned while it passes. */
function bodyReader(reading: Reading): ByteReader {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let scanner: ByteReader | null = null;
  const scan = (): ByteReader => {
    const opened = scanningReader(reading);
    for (const chunk of held) opened.push(chunk);
    held = [];
    return opened;
  };
  return {
    push(chunk) {
      if (scanner !== null) {
        scanner.push(chunk);
        return;
      }
      // The chunk is the caller's, who may use its memory again.
      held.push(chunk.slice());
      bytes += chunk.length;
      if (bytes > PARSED_BYTES_MAX) scanner = scan();
    },
    end() {
      const frame = scanner === null ? parseJson(textOf(held, bytes)) : undefined;
      if (isRecord(frame)) reading.facts.note(frame, '');
      if (isRecord(frame) && frame.done !== false) reading.facts.noteComplete();
      // Arrays, lines and halves are scanned; so is what told no usage, for what it says is then counted.
      if (isRecord(frame) && reading.facts.read().lines !== null) return;
      scanner ??= scan();
      scanner.end();
    },
  };
}

/** Only for whole texts: it keeps nothing between them, so all replies share it. */
const wholeText = new TextDecoder();

function textOf(chunks: readonly Uint8Array[], bytes: number): string {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return wholeText.decode(only);
  const whole = new Uint8Array(bytes);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return wholeText.decode(whole);
}

/** A JSON body of any length, an array of them (Gemini without `alt=sse`) or one per line. */
function scanningReader({ input, facts, written }: Reading): ByteReader {
  const isByLine = /ndjson|jsonl|json-seq/i.test(input.contentType ?? '');
  let isUnfinished = false;
  return new JsonScanner({
    wanted: factPaths,
    noted: resultNames,
    counted: writtenNames(input.dialect),
    written,
    onObject(frame) {
      isUnfinished = frame.done === false;
      facts.note(frame, '');
    },
    onRootEnd() {
      if (!isByLine && !isUnfinished) facts.noteComplete();
    },
  });
}

/** Larger events are scanned in place of parsed: they hold pictures or a whole long answer. */
const PARSED_CHARACTERS_MAX = 64 * 1024;
/** Model and id stand in the first events, if anywhere. */
const FIRST_EVENTS = 5;

function eventReader({ input, facts, written }: Reading): ByteReader {
  const count = createEventCounter(input.dialect, written);
  let events = 0;
  return createSseDecoder((name, data) => {
    events += 1;
    if (data.startsWith('[DONE]')) {
      facts.noteComplete();
      return;
    }
    const isEarly = events <= FIRST_EVENTS && !facts.knowsReply;
    if (isEarly || name === 'error' || tellsFacts(data)) noteEvent(facts, name, data);
    count(data);
  });
}

function noteEvent(facts: ReplyFacts, name: string, data: string): void {
  if (data.length > PARSED_CHARACTERS_MAX) {
    scanEvent(facts, name, data);
    return;
  }
  const frame = parseJson(data);
  if (isRecord(frame)) {
    facts.note(frame, name);
    return;
  }
  // Lines that were not parted by a blank one.
  if (!data.includes('\n')) return;
  for (const line of data.split('\n')) {
    const part = parseJson(line);
    if (isRecord(part)) facts.note(part, name);
  }
}

function scanEvent(facts: ReplyFacts, name: string, data: string): void {
  const scanner = new JsonScanner({
    wanted: factPaths,
    noted: resultNames,
    counted: new Set(),
    written: { ascii: 0, wide: 0 },
    onObject: (frame) => facts.note(frame, name),
    onRootEnd: () => undefined,
  });
  scanner.push(new TextEncoder().encode(data));
}
