import { randomBytes } from 'node:crypto';
import { type Id, type IdKind, idPrefixes } from '../contract/ids.ts';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: prefix and a ULID (48 bits of time in ms, 80 random bits, Crockford base 32 in lower case), so ids made
 * later sort later. See https://github.com/ulid/spec.
 */
export function newId<Kind extends IdKind>(kind: Kind, nowMs = Date.now()): Id<Kind> {
  let value = BigInt(nowMs);
  for (const byte of randomBytes(10)) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = CROCKFORD.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return brand(`${idPrefixes[kind]}${text}`);
}

/** Gives text from our own database its brand back. */
export function brand<Kind extends IdKind>(text: string): Id<Kind> {
  return text as Id<Kind>;
}
