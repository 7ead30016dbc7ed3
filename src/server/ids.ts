import { randomBytes } from 'node:crypto';
import { type Id, type IdKind, idPrefixes } from '../contract/ids.ts';

const CROCKFORD = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz');
const TIME_CHARACTERS = 10;
const CHANCE_CHARACTERS = 16;

/**
 * A new id: prefix and a ULID (48 bits of time in ms, 80 random bits, Crockford base 32 in lower case), so ids made
 * later sort later. See https://github.com/ulid/spec.
 */
export function newId<Kind extends IdKind>(kind: Kind, nowMs = Date.now()): Id<Kind> {
  // 48 bits of time are 10 characters of 5 bits, 80 random bits are 16: neither crosses into the other.
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    let rest = Math.floor(nowMs);
    for (let index = TIME_CHARACTERS - 1; index >= 0; index -= 1) {
      characters[index] = CROCKFORD[rest % 32] ?? 0;
      rest = Math.floor(rest / 32);
    }
  }
  if (poolUsed + CHANCE_CHARACTERS > pool.length) {
    pool = randomBytes(POOL_BYTES);
    poolUsed = 0;
  }
  for (let index = 0; index < CHANCE_CHARACTERS; index += 1) {
    characters[TIME_CHARACTERS + index] = CROCKFORD[(pool[poolUsed + index] ?? 0) & 31] ?? 0;
  }
  poolUsed += CHANCE_CHARACTERS;
  return brand(`${idPrefixes[kind]}${characters.toString('latin1')}`);
}

/** The characters of the last id: many are made within one millisecond. */
const characters = Buffer.alloc(TIME_CHARACTERS + CHANCE_CHARACTERS);
let timeMs = Number.NaN;
/** Random bytes, a byte per character: asking the system for each id costs more than everything else about it. */
const POOL_BYTES = CHANCE_CHARACTERS * 256;
let pool = Buffer.alloc(0);
let poolUsed = 0;

/** Gives text from our own database its brand back. */
export function brand<Kind extends IdKind>(text: string): Id<Kind> {
  return text as Id<Kind>;
}
