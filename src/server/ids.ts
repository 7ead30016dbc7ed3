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
  for (const byte of takeRandom()) chance += CROCKFORD.charAt(byte & 31);
  return brand(`${idPrefixes[kind]}${time}${chance}`);
}

const CHANCE_BYTES = 16;
const POOL_BYTES = CHANCE_BYTES * 256;
let pool = Buffer.alloc(0);

/** Random bytes out of a pool: asking the system for each id costs more than everything else about it. */
function takeRandom(): Buffer {
  if (pool.length < CHANCE_BYTES) pool = randomBytes(POOL_BYTES);
  const taken = pool.subarray(0, CHANCE_BYTES);
  pool = pool.subarray(CHANCE_BYTES);
  return taken;
}

/** Gives text from our own database its brand back. */
export function brand<Kind extends IdKind>(text: string): Id<Kind> {
  return text as Id<Kind>;
}
