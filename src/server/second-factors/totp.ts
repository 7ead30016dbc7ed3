import { createHmac, timingSafeEqual } from 'node:crypto';

/** Time-based one-time passwords: RFC 6238 with what every authenticator app knows, SHA-1, six digits and 30 seconds. */
const DIGITS = 6;
const STEP_MS = 30_000;
/** A clock that is one step off, or a person who types slowly (RFC 6238 section 5.2). */
const STEPS_AROUND = [0, -1, 1];
/** As long as the hash (RFC 4226 section 4, R6). */
export const SECRET_BYTES = 20;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base 32 of RFC 4648 without padding; whole groups of five bytes only. */
export function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return text;
}

/** The time step of a moment, in ms UTC. */
export function stepAt(ms: number): number {
  return Math.floor(ms / STEP_MS);
}

/** HOTP (RFC 4226) of one counter: `digits` decimal digits, leading zeros kept. */
export function hotp(secret: Uint8Array, counter: number, digits = DIGITS): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  // Dynamic truncation, RFC 4226 section 5.3.
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The time step whose code this is, of the present one and its neighbours, or null. All of them are computed and compared
 * in constant time. Whoever takes the code must use the step up: it is the step that counts, however the code was written.
 */
export function findStep(secret: Uint8Array, code: string, nowMs: number): number | null {
  const given = Buffer.from(code, 'utf8');
  let found: number | null = null;
  for (const around of STEPS_AROUND) {
    const step = stepAt(nowMs) + around;
    const expected = Buffer.from(hotp(secret, step), 'utf8');
    if (given.length === expected.length && timingSafeEqual(given, expected)) found ??= step;
  }
  return found;
}

/** What a QR code carries to the app (Key Uri Format). */
export function otpauthUri(secret: string, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const facts = `secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=30`;
  return `otpauth://totp/${label}?${facts}`;
}
