import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSecret, hashVirtualKey, isWellFormed, makeVirtualKeySecret } from './virtual-key-secret.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 56;

describe('the secret of a virtual key', () => {
  it('is a prefix, 43 random characters and 6 that check them', () => {
    const text = makeVirtualKeySecret().reveal();
    expect(text).toMatch(/^sk-akm-[0-9A-Za-z]{49}$/);
    const value = Array.from(text.slice(-6)).reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0);
    expect(value).toBe(crc32(text.slice(0, -6)));
    expect(isWellFormed(text)).toBe(true);
  });

  it('never comes twice, and uses every character about equally often', () => {
    const texts = Array.from({ length: 4000 }, () => makeVirtualKeySecret().reveal());
    expect(new Set(texts).size).toBe(texts.length);
    const counts = new Map<string, number>();
    for (const text of texts) {
      for (const character of text.slice(7, 50)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    // Each comes 2774 times on average with a deviation of 52; a bias such as `byte % 62` makes eight of them 20 % more.
    expect(counts.size).toBe(62);
    for (const [character, count] of counts) {
      expect([character, Math.abs(count - 2774) < 8 * 52]).toEqual([character, true]);
    }
  });

  it('prints as redacted', () => {
    const secret = makeVirtualKeySecret();
    expect([String(secret), JSON.stringify({ secret })]).toEqual(['[redacted]', '{"secret":"[redacted]"}']);
  });

  it('is refused after any change of one character, wherever it stands', () => {
    const text = makeVirtualKeySecret().reveal();
    for (let place = 0; place < LENGTH; place += 1) {
      for (const other of `${alphabet}-_ .+/=é\u0000`) {
        if (other === text[place]) continue;
        expect(isWellFormed(text.slice(0, place) + other + text.slice(place + 1))).toBe(false);
      }
    }
  });

  it('is refused after one change of any character of any secret, a swap, a cut or an addition', () => {
    const change = fc.tuple(fc.integer({ min: 0, max: LENGTH - 1 }), fc.constantFrom(...Array.from(alphabet)));
    fc.assert(
      fc.property(change, ([place, other]) => {
        const text = makeVirtualKeySecret().reveal();
        const changed = text.slice(0, place) + other + text.slice(place + 1);
        const next = text[place + 1] ?? '';
        const swapped = text.slice(0, place) + next + text[place] + text.slice(place + 2);
        expect(isWellFormed(changed)).toBe(changed === text);
        expect(isWellFormed(swapped)).toBe(swapped === text);
        expect(isWellFormed(text.slice(0, place))).toBe(false);
        expect(isWellFormed(text + other)).toBe(false);
        expect(isWellFormed(other + text)).toBe(false);
        for (const space of [' ', '\n', '\t', '\r']) expect(isWellFormed(text + space)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('is not any other text', () => {
    for (const text of ['', 'sk-akm-', 'x'.repeat(1_000_000), `sk-akm-${'0'.repeat(49)}`, '\ud800'.repeat(LENGTH)]) {
      expect(isWellFormed(text)).toBe(false);
    }
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => !isWellFormed(text)));
  });

  it('is stored as the SHA-256 of the whole, so that no part of it decides alone', () => {
    const text = makeVirtualKeySecret().reveal();
    expect(hashVirtualKey(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
    const made = new Set<string>();
    // The same beginning or the same end must not make two secrets one (CVE-2026-35030 was a cache by prefix).
    for (let place = 0; place < LENGTH; place += 1) {
      for (const other of alphabet) made.add(hashVirtualKey(text.slice(0, place) + other + text.slice(place + 1)));
    }
    const distinct = new Set<string>();
    for (let place = 0; place < LENGTH; place += 1) {
      for (const other of alphabet) distinct.add(text.slice(0, place) + other + text.slice(place + 1));
    }
    expect(made.size).toBe(distinct.size);
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (left, right) => left === right || hashVirtualKey(left) !== hashVirtualKey(right),
      ),
    );
  });

  it('has a preview of seven of its own characters, which is no more than a third', () => {
    const secret = makeVirtualKeySecret();
    const text = secret.reveal();
    const { preview, secret_hash } = describeSecret(secret);
    expect(preview).toBe(`${text.slice(0, 10)}...${text.slice(52)}`);
    expect(preview.length - 3).toBeLessThanOrEqual(LENGTH / 3);
    expect(secret_hash).toBe(hashVirtualKey(text));
  });
});
