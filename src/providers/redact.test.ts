import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

const secret = `sk-${'aB3dE6gH9j'.repeat(4)}`;

describe('redact', () => {
  it('removes the secret and long pieces of it', () => {
    const line = redact(
      `Wrong key ${secret}; it begins with ${secret.slice(0, 9)} and ends with ${secret.slice(-8)}.`,
      secret,
    );
    expect(line).not.toContain(secret.slice(0, 9));
    expect(line).not.toContain(secret.slice(-8));
    expect(line).toMatch(/^Wrong key \*\*\*; it begins with \*\*\* and ends with \*\*\*/);
  });

  it('removes masked fragments and what looks like a key, without knowing the secret', () => {
    const line = redact(
      `Incorrect API key provided: sk-proj-****AAAA. Your api key: ****1a2b is invalid: xa***gA ${secret}`,
    );
    for (const fragment of ['AAAA', '1a2b', 'gA', secret]) expect(line).not.toContain(fragment);
    expect(line).toContain('Incorrect API key provided');
  });

  it('gives one line of at most 200 characters', () => {
    const line = redact(`first\r\nsecond\u0000\u001b[31m${'word '.repeat(500)}`);
    expect(line.length).toBe(200);
    expect(line).toMatch(/^first second \[31mword/);
  });

  it('keeps ordinary sentences whole', () => {
    const sentence = 'The model `gpt-4o-mini-2024-07-18` does not exist or you do not have access to it.';
    expect(redact(sentence, secret)).toBe(sentence);
  });

  it('never holds the secret, not even one made of mask characters', () => {
    const secrets = fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), fc.stringMatching(/^[a*]{1,12}$/));
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (value, before, after) => {
        expect(redact(before + value + after, value).includes(value)).toBe(false);
      }),
    );
  });
});
