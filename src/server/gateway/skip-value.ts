const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** A string, array or object of JSON that is passed over in steps, so that a large one holds up nobody. */
export interface Skipping {
  position: number;
  depth: number;
  isInString: boolean;
  /** The byte here stands in a string, behind a backslash that escapes it. */
  isEscaped: boolean;
  /** The position is behind the value. */
  isOver: boolean;
}

export function beginSkipping(position: number): Skipping {
  return { position, depth: 0, isInString: false, isEscaped: false, isOver: false };
}

/** Goes on to the end of the value, or to `until`. Brackets must pair up; what is between them is the provider's to judge. */
export function skipUntil(body: Buffer, skipping: Skipping, until: number): void {
  const piece = body.subarray(0, until);
  while (!skipping.isOver && skipping.position < piece.length) {
    if (skipping.isInString) skipString(piece, skipping);
    else skipBrackets(piece, skipping);
  }
}

function skipString(piece: Buffer, skipping: Skipping): void {
  const { position: from } = skipping;
  const quote = piece.indexOf(QUOTE, from);
  const end = quote < 0 ? piece.length : quote;
  let backslashes = 0;
  while (end - backslashes > from && piece[end - backslashes - 1] === BACKSLASH) backslashes += 1;
  // Of backslashes that fill all there is, the first may be escaped itself.
  const isFirstEscaped = skipping.isEscaped && end - backslashes === from;
  const isEscaped = (backslashes + (isFirstEscaped ? 1 : 0)) % 2 === 1;
  if (quote < 0) {
    skipping.position = end;
    skipping.isEscaped = isEscaped;
    return;
  }
  skipping.position = quote + 1;
  skipping.isEscaped = false;
  if (isEscaped) return;
  skipping.isInString = false;
  skipping.isOver = skipping.depth === 0;
}

/** Most strings are short and plain, and a search costs more than a look at each byte. */
const SHORT_BYTES_MAX = 24;

/** The closing quote of a short string without escapes, or -1. */
function endOfShort(piece: Buffer, from: number): number {
  const end = Math.min(from + SHORT_BYTES_MAX, piece.length);
  for (let position = from; position < end; position += 1) {
    const byte = piece[position];
    if (byte === QUOTE) return position;
    if (byte === BACKSLASH) return -1;
  }
  return -1;
}

function skipBrackets(piece: Buffer, skipping: Skipping): void {
  for (let position = skipping.position; position < piece.length; position += 1) {
    const byte = piece[position];
    if (byte === QUOTE) {
      const end = endOfShort(piece, position + 1);
      if (end < 0 || skipping.depth === 0) {
        skipping.isInString = true;
        skipping.position = position + 1;
        return;
      }
      position = end;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) skipping.depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      skipping.depth -= 1;
      if (skipping.depth > 0) continue;
      skipping.position = position + 1;
      skipping.isOver = true;
      return;
    }
  }
  skipping.position = piece.length;
}
