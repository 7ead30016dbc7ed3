import { createHash } from 'node:crypto';

/** 32 random bytes hold about 30 different values; fewer than this happens once in more than 10^9 keys. */
const DISTINCT_BYTES_MIN = 20;

/** Test vectors of the AES and GCM standards, found in countless examples. */
const PUBLISHED_KEYS = new Set([
  '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
  '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b8e73b0f7da0e6452',
  'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
  'e3c08a8f06c6e3ad95a70557b23f75483ce33021a9c72b7025666204c69c0b72',
  '31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22',
]);

/** Words that people hash to get "a key" from: the SHA-256 of each is as public as the word. */
const GUESSABLE_WORDS = [
  '',
  'admin',
  'akm',
  'api-key-manager',
  'changeme',
  'change-me',
  'default',
  'encryption-key',
  'encryption_key',
  'example',
  'hello',
  'master-key',
  'password',
  'secret',
  'secret-key',
  'sk-1234',
  'test',
  'your-encryption-key',
];

/** Why 32 bytes are not a random key, or undefined when nothing speaks against them. */
export function weaknessOf(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte === bytes[0])) return 'it is one byte repeated';
  if (hasConstantStep(bytes)) return 'its bytes count up or down';
  if (bytes.every((byte) => byte >= 0x20 && byte <= 0x7e)) return 'it is readable text, not random bytes';
  if (new Set(bytes).size < DISTINCT_BYTES_MIN) return 'it repeats itself too much to be random';
  const hex = Buffer.from(bytes).toString('hex');
  if (PUBLISHED_KEYS.has(hex)) return 'it is a published example';
  const isGuessable = GUESSABLE_WORDS.some((word) => createHash('sha256').update(word).digest('hex') === hex);
  return isGuessable ? 'it is the hash of a common word' : undefined;
}

/** Random base64 has about 7 pairs of neighbouring lower-case letters; this many happen once in more than 10^7 keys. */
const LOWER_CASE_PAIRS_MAX = 24;

/** Whether base64 text spells words: a passphrase that happens to have a key's length. */
export function looksLikeWords(base64: string): boolean {
  let pairs = 0;
  for (let index = 1; index < base64.length; index += 1) {
    if (/^[a-z]{2}$/.test(base64.slice(index - 1, index + 1))) pairs += 1;
  }
  return pairs > LOWER_CASE_PAIRS_MAX;
}

function hasConstantStep(bytes: Uint8Array): boolean {
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 0xff;
  return bytes.every((byte, index) => index === 0 || ((byte - (bytes[index - 1] ?? 0)) & 0xff) === step);
}
