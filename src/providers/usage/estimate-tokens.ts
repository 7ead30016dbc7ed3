/** Characters of text by script: ASCII, and everything else. */
interface Characters {
  readonly ascii: number;
  readonly wide: number;
}

/** English text and code come to about four characters per token with the vocabularies of today's models. */
const ASCII_CHARACTERS_PER_TOKEN = 4;
/** A Chinese, Japanese or Korean character is about three quarters of a token; Cyrillic and Greek are near to it. */
const TOKENS_PER_WIDE_CHARACTER = 0.75;

/**
 * A rough count of the tokens of a text, by script, rounded up: usually within a third of the truth. For holds on budgets
 * and for calls whose reply told no usage, which are marked as estimated; never in place of a number that was told.
 */
export function estimateTokensOf({ ascii, wide }: Characters): number {
  return Math.ceil(ascii / ASCII_CHARACTERS_PER_TOKEN + wide * TOKENS_PER_WIDE_CHARACTER);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const COMMA = 0x2c;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const DELETE = 0x7f;
/** Above the longest words, addresses and identifiers that people write. */
const BASE64_CHARACTERS_MIN = 512;
/** What an image or another file counts when its size in tokens cannot be known: near a picture of 1000 pixels square. */
const TOKENS_PER_ATTACHMENT = 1000;

/** What is looked at in one step. */
const STEP_BYTES = 65_536;

/**
 * A rough count of the prompt tokens of a JSON request body, from its bytes, without parsing it. The names and brackets
 * of the JSON are counted too, which stands for what a chat template adds. A run of base64 counts as one attachment.
 * In steps, between which others may have the thread: a body may have 100 MB.
 */
export function* estimateInputTokens(body: Uint8Array): Generator<void, number> {
  const count: Count = { ascii: 0, wide: 0, attachments: 0 };
  const place: Place = { position: 0, isInRun: false };
  for (;;) {
    countStep(body, { place, until: Math.min(place.position + STEP_BYTES, body.length) }, count);
    if (place.position >= body.length) break;
    yield;
  }
  return estimateTokensOf(count) + count.attachments * TOKENS_PER_ATTACHMENT;
}

interface Count {
  ascii: number;
  wide: number;
  attachments: number;
}

interface Place {
  position: number;
  /** Within a run of base64 that is counted already. */
  isInRun: boolean;
}

function countStep(body: Uint8Array, { place, until }: { place: Place; until: number }, count: Count): void {
  let { position, isInRun } = place;
  while (position < until) {
    if (isInRun) {
      position = endOfRun(body, { from: position, to: until });
      isInRun = position >= until;
      continue;
    }
    const end = endOfRun(body, { from: position, to: Math.min(position + BASE64_CHARACTERS_MIN, body.length) });
    isInRun = end - position >= BASE64_CHARACTERS_MIN;
    if (isInRun) count.attachments += 1;
    position = isInRun ? end : countRun(body, { from: position, to: Math.max(end, position + 1) }, count);
  }
  Object.assign(place, { position, isInRun });
}

/** Behind the characters of base64 (RFC 4648, both alphabets) that begin here, with `\/` as some encoders write it. */
function endOfRun(body: Uint8Array, { from, to }: { readonly from: number; readonly to: number }): number {
  let position = from;
  while (position < to) {
    const byte = body[position] ?? 0;
    if (byte === BACKSLASH && body[position + 1] === 0x2f) position += 2;
    else if (isBase64(byte)) position += 1;
    else break;
  }
  return position;
}

function isBase64(byte: number): boolean {
  const letter = byte | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  // The digits with `/` before them, then `+`, `-`, `_` and `=`.
  return (byte >= 0x2f && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x5f || byte === 0x3d;
}

function countRun(body: Uint8Array, run: { readonly from: number; readonly to: number }, count: Count): number {
  let position = run.from;
  while (position < run.to) {
    const byte = body[position] ?? 0;
    if (byte === BACKSLASH && body[position + 1] === LETTER_U) {
      // Four digits follow; the first two are zero for the letters of Western Europe.
      if (body[position + 2] === 0x30 && body[position + 3] === 0x30) count.ascii += 1;
      else count.wide += 1;
      position += 6;
      continue;
    }
    if (byte >= 0xc0) count.wide += 1;
    else if (byte <= DELETE && !isSyntax(byte)) count.ascii += 1;
    position += 1;
  }
  return position;
}

/** Characters that join with their neighbours into one token, and controls. A space belongs to the word behind it. */
function isSyntax(byte: number): boolean {
  return byte < SPACE || byte === QUOTE || byte === BACKSLASH || byte === COMMA || byte === COLON || byte === SEMICOLON;
}
