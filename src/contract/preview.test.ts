import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewSecret } from './preview.ts';

const digits = (length: number) => Array.from({ length }, (_, index) => String(index % 10)).join('');

describe('the preview of a secret', () => {
  it.each([
    ['one character', 'x', '...'],
    ['eleven characters', digits(11), '...'],
    ['twelve characters: a third of them', digits(12), '012...1'],
    ['fifteen characters', digits(15), '012...34'],
    ['29 characters: nine of them', digits(29), '012345...678'],
    ['30 characters: six and four', digits(30), '012345...6789'],
    ['200 characters: never more than six and four', `sk-abc${'-'.repeat(190)}wxyz`, 'sk-abc...wxyz'],
    ['emoji, none of them cut in half', '🔑'.repeat(12), '🔑🔑🔑...🔑'],
  ])('of %s', (_, secret, preview) => {
    expect(previewSecret(secret)).toBe(preview);
  });

  it('shows at most its first six and last four characters, and never more than a third', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (secret) => {
        const characters = Array.from(secret);
        const preview = previewSecret(secret);
        const shown = Array.from(preview).length - 3;
        const cuts = Array.from({ length: 7 }, (_, head) => head)
          .filter((head) => head <= shown && shown - head <= 4)
          .map((head) => {
            const tail = characters.slice(characters.length - (shown - head));
            return `${characters.slice(0, head).join('')}...${tail.join('')}`;
          });
        expect(characters.length < 12 ? ['...'] : cuts).toContain(preview);
        expect(shown).toBeLessThanOrEqual(Math.min(10, Math.floor(characters.length / 3)));
      }),
    );
  });
});
