/** How the bytes of a reply are cut: server-sent events, JSON in one piece or several, or nothing that tells usage. */
export type Framing = 'events' | 'json' | 'none';

const BINARY_TYPE = /^(?:audio|image|video|font)\/|^application\/(?:pdf|zip|vnd\.amazon\.eventstream)/i;
const EVENT_FIELD = /^(?:data|event|id|retry)\s*:/;
const EVENT_FIELD_BEGIN = /^[a-z]{1,5}$/;
const HEAD_BYTES = 16;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * What a reply is by its first bytes; its content type decides only where they leave it open. Null: more bytes are
 * needed, which never happens once `isAll` of them are there or 16 bytes without leading space.
 */
export function detectFraming(contentType: string | null, head: Uint8Array, isAll: boolean): Framing | null {
  if (contentType !== null && BINARY_TYPE.test(contentType.trim())) return 'none';
  const first = withoutLeadingSpace(head)[0];
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return 'json';
  const begin = String.fromCharCode(...withoutLeadingSpace(head).subarray(0, HEAD_BYTES));
  if (begin.startsWith(':') || EVENT_FIELD.test(begin)) return 'events';
  if (!isAll && (begin === '' || EVENT_FIELD_BEGIN.test(begin))) return null;
  return /^text\/event-stream/i.test(contentType?.trim() ?? '') ? 'events' : 'none';
}

/** Providers keep a waiting connection open with blank lines; a byte order mark is space too. */
export function withoutLeadingSpace(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (isSpace(bytes[start])) start += 1;
  return bytes.subarray(start);
}

function isSpace(byte: number | undefined): boolean {
  return (
    byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0xef || byte === 0xbb || byte === 0xbf
  );
}
