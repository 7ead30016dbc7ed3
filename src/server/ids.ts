import { randomBytes } from 'node:crypto';
import { type Id, type IdKind, idPrefixes } from '../contract/ids.ts';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: prefix and a ULID (48 bits of time in ms, 80 random bits, Crockford base 32 in lower case), so ids made
 * later sort later. See https://github.com/ulid/spec.
 */
export function newId<Kind extends IdKind>(kind: Kind, nowMs = Date.now()): Id<Kind> {
  // 48 bits of time are 10 characters of 5 bits, 80 random bits are 16: neither crosses into the other.
  let time = '';
  for (let rest = nowMs, index = 0; index < 10; index += 1, rest = Math.floor(rest / 32)) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  let chance = '';
  for (const byte of randomBytes(16)) chance += CROCKFORD.charAt(byte & 31);
  return brand(`${idPrefixes[kind]}${time}${chance}`);
}

/** Gives text from our own database its brand back. */
export function brand<Kind extends IdKind>(text: string): Id<Kind> {
  return text as Id<Kind>;
}
