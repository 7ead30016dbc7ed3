import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { decrypt, encrypt } from './aes-gcm.ts';

/* AES-256 test cases 13 to 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega), which NIST publishes. */
const PLAINTEXT_64 =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const CIPHERTEXT_64 =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';
const KEY = 'feffe9928665731c6d6a8f9467308308'.repeat(2);
const IV = 'cafebabefacedbaddecaf888';

const vectors = [
  {
    name: 'case 13',
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    associatedData: '',
    plaintext: '',
    ciphertext: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    name: 'case 14',
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    associatedData: '',
    plaintext: '00'.repeat(16),
    ciphertext: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    name: 'case 15',
    key: KEY,
    iv: IV,
    associatedData: '',
    plaintext: PLAINTEXT_64,
    ciphertext: CIPHERTEXT_64,
    tag: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    name: 'case 16',
    key: KEY,
    iv: IV,
    associatedData: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    plaintext: PLAINTEXT_64.slice(0, 120),
    ciphertext: CIPHERTEXT_64.slice(0, 120),
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
].map(({ name, key, ...hex }) => ({
  name,
  key: createSecretKey(Buffer.from(key, 'hex')),
  iv: Buffer.from(hex.iv, 'hex'),
  associatedData: Buffer.from(hex.associatedData, 'hex'),
  plaintext: Buffer.from(hex.plaintext, 'hex'),
  ciphertext: Buffer.from(hex.ciphertext, 'hex'),
  tag: Buffer.from(hex.tag, 'hex'),
}));

test.each(vectors)('$name encrypts and decrypts to the published values', (vector) => {
  const { ciphertext, tag } = encrypt(vector);
  expect(ciphertext.toString('hex')).toBe(vector.ciphertext.toString('hex'));
  expect(tag.toString('hex')).toBe(vector.tag.toString('hex'));
  expect(decrypt(vector)?.toString('hex')).toBe(vector.plaintext.toString('hex'));
});

test.each(vectors)('$name with any bit flipped in any part gives nothing', (vector) => {
  let tried = 0;
  for (const part of ['iv', 'associatedData', 'ciphertext', 'tag'] as const) {
    for (let bit = 0; bit < vector[part].byteLength * 8; bit += 1) {
      const changed = Buffer.from(vector[part]);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(decrypt({ ...vector, [part]: changed })).toBeUndefined();
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThanOrEqual(224);
});

test.each(vectors)('$name with a part cut or lengthened gives nothing', (vector) => {
  for (const part of ['associatedData', 'ciphertext'] as const) {
    expect(decrypt({ ...vector, [part]: Buffer.concat([vector[part], Buffer.from([0])]) })).toBeUndefined();
    for (let length = 0; length < vector[part].byteLength; length += 1) {
      expect(decrypt({ ...vector, [part]: vector[part].subarray(0, length) })).toBeUndefined();
    }
  }
});

test.each(vectors)('$name with a tag that is not 16 bytes is refused', (vector) => {
  for (const length of [0, 4, 8, 12, 13, 14, 15]) {
    expect(() => decrypt({ ...vector, tag: vector.tag.subarray(0, length) })).toThrow(/tag length/);
  }
  expect(() => decrypt({ ...vector, tag: Buffer.concat([vector.tag, Buffer.from([0])]) })).toThrow(/tag length/);
});
