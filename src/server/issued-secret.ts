import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Secret } from './secret.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 of 62 characters hold 256 bits. */
const RANDOM_LENGTH = 43;
/** 62^6 is more than the 2^32 values of a CRC-32. */
const CHECKSUM_LENGTH = 6;
const SHOWN_AFTER_PREFIX = 3;
const TAIL_LENGTH = 4;

/** Secrets of one kind that this server issues: a prefix, 43 random characters and 6 that check what stands before. */
export interface IssuedSecrets {
  make: () => Secret;
  /**
   * Whether the text can be one: its form and its check digits are right. Asks nobody and does the same little work for
   * any text, so a mistyped or made-up one costs no look-up.
   */
  isWellFormed: (text: string) => boolean;
  /**
   * What may be shown: the prefix, the three characters after it and the last four. Within the rule of
   * contract/preview.ts, of a prefix that all of them share.
   */
  preview: (secret: Secret) => string;
}

export function issuedSecrets(prefix: string): IssuedSecrets {
  const length = prefix.length + RANDOM_LENGTH + CHECKSUM_LENGTH;
  const form = new RegExp(`^${prefix}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);
  return {
    make() {
      let text = prefix;
      for (let index = 0; index < RANDOM_LENGTH; index += 1) text += ALPHABET.charAt(randomInt(ALPHABET.length));
      return new Secret(text + checksumOf(text));
    },
    isWellFormed(text) {
      if (text.length !== length || !form.test(text)) return false;
      return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
    },
    preview(secret) {
      const text = secret.reveal();
      return `${text.slice(0, prefix.length + SHOWN_AFTER_PREFIX)}...${text.slice(-TAIL_LENGTH)}`;
    },
  };
}

/** What is stored of an issued secret: SHA-256 of all of it, as 64 hexadecimal characters. */
export function hashIssued(text: string): string {
  return hash('sha256', text, 'hex');
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
