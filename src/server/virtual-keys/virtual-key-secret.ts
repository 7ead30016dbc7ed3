import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Secret } from '../secret.ts';

const PREFIX = 'sk-akm-';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 of 62 characters hold 256 bits. */
const RANDOM_LENGTH = 43;
/** 62^6 is more than the 2^32 values of a CRC-32. */
const CHECKSUM_LENGTH = 6;
const LENGTH = PREFIX.length + RANDOM_LENGTH + CHECKSUM_LENGTH;
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

const HEAD_LENGTH = 10;
const TAIL_LENGTH = 4;

/** A new secret of a virtual key: `sk-akm-`, 43 random characters and 6 that check what stands before them. */
export function makeVirtualKeySecret(): Secret {
  let text = PREFIX;
  for (let index = 0; index < RANDOM_LENGTH; index += 1) text += ALPHABET.charAt(randomInt(ALPHABET.length));
  return new Secret(text + checksumOf(text));
}

/**
 * Whether the text can be the secret of a virtual key: its form and its check digits are right. Asks nobody and does the
 * same little work for any text, so a mistyped or made-up key costs no look-up.
 */
export function isWellFormed(text: string): boolean {
  if (text.length !== LENGTH || !FORM.test(text)) return false;
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** What is stored of a secret: SHA-256 of all of it, as 64 hexadecimal characters. */
export function hashVirtualKey(text: string): string {
  return hash('sha256', text, 'hex');
}

/**
 * What is written down of a new secret. The preview shows the prefix, the three characters after it and the last four,
 * which is a quarter of the whole: within the rule of contract/preview.ts, of a prefix that all of them share.
 */
export function describeSecret(secret: Secret): { secret_hash: string; preview: string } {
  const text = secret.reveal();
  return {
    secret_hash: hashVirtualKey(text),
    preview: `${text.slice(0, HEAD_LENGTH)}...${text.slice(-TAIL_LENGTH)}`,
  };
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let index = 0; index < CHECKSUM_LENGTH; index += 1) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
