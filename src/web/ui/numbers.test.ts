import { expect, it } from 'vitest';
import { formatTokens } from './numbers.tsx';

it.each([
  [512, '512'],
  [8_192, '8.2k'],
  [128_000, '128k'],
  [262_144, '262k'],
  [999_600, '1M'],
  [1_000_000, '1M'],
  [1_048_576, '1.05M'],
])('%d tokens read as %s', (tokens, words) => {
  expect(formatTokens(tokens)).toBe(words);
});
