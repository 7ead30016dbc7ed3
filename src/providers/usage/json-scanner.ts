import type { WrittenCharacters } from './written-characters.ts';

type Frame = Record<string, unknown>;

interface JsonScannerInput {
  /** Dotted names below each outermost object whose values are kept; the elements of an array stand for the array. */
  readonly wanted: ReadonlySet<string>;
  /** Outermost names of which only `true` is kept, unless their value is null. */
  readonly noted: ReadonlySet<string>;
  /** Names whose strings are counted, wherever they stand. */
  readonly counted: ReadonlySet<string>;
  readonly written: WrittenCharacters;
  /** Called for each outermost object, and for each object of an outermost array. */
  readonly onObject: (frame: Readonly<Frame>) => void;
  /** Called when an outermost value is complete. */
  readonly onRootEnd: () => void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const LETTER_N = 0x6e;

const NAME_BYTES_MAX = 64;
const VALUE_BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 256;
/** No name that is wanted stands deeper. */
const NAMES_MAX = 3;

type StringKind = 'none' | 'name' | 'counted' | 'skipped';

/**
 * Picks members out of JSON while it passes, in memory that does not grow with it: an image of 20 MB or a million
 * numbers of embeddings cost a walk over their bytes. Takes what it is given for JSON; on other bytes it finds nothing.
 */
export class JsonScanner {
  readonly #input: JsonScannerInput;
  /** The open braces and brackets. */
  readonly #open: number[] = [];
  /** The name of the current member of every open object. */
  readonly #names: string[] = [];
  #frame: Frame = {};
  #expectsName = false;
  #string: StringKind = 'none';
  #isEscaped = false;
  /** Hexadecimal digits of an escape that are still to come. */
  #digitsLeft = 0;
  readonly #name = new Uint8Array(NAME_BYTES_MAX);
  #nameBytes = 0;
  #notedName: string | null = null;
  #capturePath: string | null = null;
  #captureDepth = 0;
  #captureStart = 0;
  #captured: Uint8Array[] = [];
  #capturedBytes = 0;
  #isLost = false;

  constructor(input: JsonScannerInput) {
    this.#input = input;
  }

  push(chunk: Uint8Array): void {
    let position = 0;
    while (position < chunk.length && !this.#isLost) {
      position = this.#string === 'none' ? this.#readStructure(chunk, position) : this.#readString(chunk, position);
    }
    if (this.#capturePath !== null) this.#capture(chunk, chunk.length);
    this.#captureStart = 0;
  }

  /** Gives out what was found of an object that was cut off. */
  end(): void {
    if (Object.keys(this.#frame).length > 0) this.#input.onObject(this.#frame);
    this.#frame = {};
  }

  #readStructure(chunk: Uint8Array, from: number): number {
    for (let position = from; position < chunk.length; position += 1) {
      const byte = chunk[position] ?? 0;
      if (this.#notedName !== null && byte > SPACE) this.#note(byte);
      switch (byte) {
        case QUOTE:
          this.#beginString();
          return position + 1;
        case OPEN_BRACE:
        case OPEN_BRACKET:
          this.#beginContainer(byte);
          break;
        case CLOSE_BRACE:
        case CLOSE_BRACKET:
          this.#endValue(chunk, position);
          this.#endContainer();
          break;
        case COMMA:
          this.#endValue(chunk, position);
          this.#expectsName = this.#open.at(-1) === OPEN_BRACE;
          break;
        case COLON:
          this.#expectsName = false;
          if (this.#names.length <= NAMES_MAX) this.#beginValue(position + 1);
          break;
        default:
      }
      if (this.#isLost) break;
    }
    return chunk.length;
  }

  #beginContainer(byte: number): void {
    if (this.#open.length >= DEPTH_MAX) this.#isLost = true;
    this.#open.push(byte);
    this.#expectsName = byte === OPEN_BRACE;
    if (byte === OPEN_BRACE) this.#names.push('');
  }

  #endContainer(): void {
    if (this.#open.length === 0) return;
    if (this.#open.pop() === OPEN_BRACE) this.#names.pop();
    this.#expectsName = false;
    const isOutermost = this.#open.length === 0;
    if (this.#names.length === 0 && (isOutermost || this.#open.length === 1)) {
      const frame = this.#frame;
      this.#frame = {};
      if (Object.keys(frame).length > 0) this.#input.onObject(frame);
    }
    if (isOutermost) this.#input.onRootEnd();
  }

  #beginValue(start: number): void {
    // Objects below an outermost array of arrays are nobody's frame.
    if (this.#capturePath !== null || this.#names.length === 0) return;
    const [first = ''] = this.#names;
    if (this.#names.length === 1 && this.#input.noted.has(first)) this.#notedName = first;
    const path = this.#names.length === 1 ? first : this.#names.join('.');
    if (!this.#input.wanted.has(path)) return;
    this.#capturePath = path;
    this.#captureDepth = this.#open.length;
    this.#captureStart = start;
    this.#captured = [];
    this.#capturedBytes = 0;
  }

  #note(firstByte: number): void {
    if (this.#notedName !== null && firstByte !== LETTER_N) this.#frame[this.#notedName] ??= true;
    this.#notedName = null;
  }

  /** A value ends where the container that holds it goes on or ends. */
  #endValue(chunk: Uint8Array, position: number): void {
    if (this.#capturePath === null || this.#open.length !== this.#captureDepth) return;
    this.#capture(chunk, position);
    const value = this.#capturedBytes > VALUE_BYTES_MAX ? undefined : parse(this.#captured);
    if (value !== undefined && value !== null) place(this.#frame, this.#capturePath, value);
    this.#capturePath = null;
    this.#captured = [];
  }

  #capture(chunk: Uint8Array, end: number): void {
    this.#capturedBytes += end - this.#captureStart;
    // A copy, for the caller may use the chunk's memory again.
    if (this.#capturedBytes <= VALUE_BYTES_MAX) this.#captured.push(chunk.slice(this.#captureStart, end));
    else this.#captured = [];
  }

  #beginString(): void {
    this.#isEscaped = false;
    this.#digitsLeft = 0;
    if (this.#expectsName) {
      this.#string = 'name';
      this.#nameBytes = 0;
    } else {
      this.#string = this.#input.counted.has(this.#names.at(-1) ?? '') ? 'counted' : 'skipped';
    }
  }

  /** Reads the inside of a string to its end or the end of the chunk; the position behind what was read. */
  #readString(chunk: Uint8Array, from: number): number {
    if (this.#string === 'skipped') return this.#skipString(chunk, from);
    for (let position = from; position < chunk.length; position += 1) {
      const byte = chunk[position] ?? 0;
      if (byte === QUOTE && !this.#isEscaped) {
        if (this.#string === 'name') this.#endName();
        this.#string = 'none';
        return position + 1;
      }
      if (this.#string === 'counted') this.#count(byte);
      else if (this.#nameBytes < NAME_BYTES_MAX) this.#name[this.#nameBytes] = byte;
      this.#nameBytes += 1;
      this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    }
    return chunk.length;
  }

  #skipString(chunk: Uint8Array, from: number): number {
    let position = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      position += 1;
    }
    for (;;) {
      const quote = chunk.indexOf(QUOTE, position);
      const end = quote < 0 ? chunk.length : quote;
      let backslashes = 0;
      while (end - 1 - backslashes >= position && chunk[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
      const isEscaped = backslashes % 2 === 1;
      if (quote < 0) {
        this.#isEscaped = isEscaped;
        return chunk.length;
      }
      position = quote + 1;
      if (isEscaped) continue;
      this.#string = 'none';
      return position;
    }
  }

  #endName(): void {
    const bytes = this.#name.subarray(0, this.#nameBytes);
    const isKept = this.#nameBytes <= NAME_BYTES_MAX;
    const name = !isKept ? '' : bytes.includes(BACKSLASH) ? unescapedName(bytes) : String.fromCharCode(...bytes);
    if (this.#names.length > 0) this.#names[this.#names.length - 1] = name;
  }

  /** Counts a character at its first byte, and an escape as the one character it stands for. */
  #count(byte: number): void {
    const { written } = this.#input;
    if (this.#digitsLeft > 0) {
      if (this.#digitsLeft === 4) written[byte === 0x30 ? 'ascii' : 'wide'] += 1;
      this.#digitsLeft -= 1;
    } else if (this.#isEscaped) {
      if (byte === 0x75) this.#digitsLeft = 4;
      else written.ascii += 1;
    } else if (byte >= 0xc0) {
      written.wide += 1;
    } else if (byte < 0x80 && byte !== BACKSLASH) {
      written.ascii += 1;
    }
  }
}

function parse(parts: readonly Uint8Array[]): unknown {
  const decoder = new TextDecoder();
  const text = parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unescapedName(bytes: Uint8Array): string {
  const name = parse([Uint8Array.of(QUOTE), bytes, Uint8Array.of(QUOTE)]);
  return typeof name === 'string' ? name : '';
}

/** Only names that are wanted come here, so none of them is one of Object's own. */
function place(frame: Frame, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let target = frame;
  for (const name of names) {
    const inner = target[name];
    if (isFrame(inner)) {
      target = inner;
    } else {
      const made: Frame = {};
      target[name] = made;
      target = made;
    }
  }
  target[last] = value;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
