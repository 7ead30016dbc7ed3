import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appCode } from '../../testing/second-factors.ts';
import { makeRecoveryCode, readCode } from './code-form.ts';
import { findStep, hotp, otpauthUri, stepAt, toBase32 } from './totp.ts';

const rfcSecret = Buffer.from('12345678901234567890');

describe('a one-time password', () => {
  // RFC 4226, appendix D.
  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('of counter %i is the one of RFC 4226', (counter, code) => {
    expect(hotp(rfcSecret, counter)).toBe(code);
  });

  // RFC 6238, appendix B, the rows of SHA-1.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %i is the one of RFC 6238', (seconds, code) => {
    expect(hotp(rfcSecret, stepAt(seconds * 1000), 8)).toBe(code);
  });

  it('is the one that an app written independently shows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(4_000_000_000), (secret, seconds) => {
        expect(appCode(toBase32(secret), seconds * 1000)).toBe(hotp(secret, stepAt(seconds * 1000)));
      }),
    );
  });

  it('is taken in its own step and one around it, and in no other', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.integer({ min: 10, max: 1e8 }),
        (secret, step) => {
          const code = hotp(secret, step);
          const at = (steps: number) => findStep(secret, code, (step + steps) * 30_000);
          expect([at(-1), at(0), at(1)].map((found) => found !== null)).toEqual([true, true, true]);
          for (const far of [-3, -2, 2, 3]) {
            const found = at(far);
            // Two steps may share a code once in a million; then it is the code of the step that is found.
            expect(found === null || hotp(secret, found) === code).toBe(true);
            expect(found).not.toBe(step);
          }
        },
      ),
    );
  });

  it('keeps its leading zeros', () => {
    const counter = Array.from({ length: 5000 }, (_, index) => index).find((index) =>
      hotp(rfcSecret, index).startsWith('00'),
    );
    const code = hotp(rfcSecret, counter ?? 0);
    expect(code).toMatch(/^00\d{4}$/);
    expect(findStep(rfcSecret, code.slice(2), (counter ?? 0) * 30_000)).toBeNull();
  });

  it('has its secret in base 32 as RFC 4648 writes it', () => {
    expect(toBase32(Buffer.from('fooba'))).toBe('MZXW6YTB');
    expect(toBase32(rfcSecret)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });

  it('is explained to the app by an address in which nothing of the account can break out', () => {
    const uri = new URL(otpauthUri('ABC', 'a&secret=x#@example.com', 'API Key Manager'));
    expect(uri.protocol).toBe('otpauth:');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'ABC',
      issuer: 'API Key Manager',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
    expect(decodeURIComponent(uri.pathname)).toContain('API Key Manager:a&secret=x#@example.com');
  });
});

describe('a typed code', () => {
  it.each(['012345', ' 012345', '012 345', '012-345', '０１２３４５', '0\u200b12345\n', '012\u00a0345'])(
    'has one reading however it is written: %j',
    (typed) => {
      expect(readCode(typed)).toEqual({ kind: 'totp', code: '012345' });
    },
  );

  it.each(['12345', '0012345', '12345a', '', '٠١٢٣٤٥', '1e5', '+12345', '012345.0'])('is none: %j', (typed) => {
    expect(readCode(typed)).toEqual({ kind: 'neither' });
  });

  it('of recovery is the same in capitals, without hyphens and with the letters that look like digits', () => {
    for (let round = 0; round < 50; round += 1) {
      const code = makeRecoveryCode();
      expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
      const expected = readCode(code);
      expect(expected.kind).toBe('recovery');
      const variants = [code.toUpperCase(), code.replaceAll('-', ' '), code.replaceAll('-', ''), ` ${code}\n`];
      for (const variant of [...variants, code.replaceAll('0', 'O').replaceAll('1', 'l')]) {
        expect(readCode(variant)).toEqual(expected);
      }
      expect(JSON.stringify(expected)).not.toContain(code.replaceAll('-', ''));
    }
  });

  it('of recovery is never made twice', () => {
    expect(new Set(Array.from({ length: 2000 }, makeRecoveryCode)).size).toBe(2000);
  });
});
