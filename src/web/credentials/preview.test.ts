import fc from 'fast-check';
import { expect, it } from 'vitest';
import { previewOf } from './preview.ts';

it('shows the first six and last four characters of a long secret', () => {
  expect(previewOf(`sk-abc${'m'.repeat(40)}wxyz`)).toBe('sk-abc...wxyz');
});

it('shows nothing of a short secret', () => {
  expect(previewOf('a'.repeat(11))).toBe('...');
});

it('never shows more than a third of a secret', () => {
  const property = fc.property(fc.string({ maxLength: 100 }), (secret) => {
    const shown = Array.from(previewOf(secret)).length - 3;
    return shown <= Array.from(secret).length / 3;
  });
  expect(fc.check(property).failed).toBe(false);
});
