import { expect, it } from 'vitest';
import { formatDuration, formatExactUsd, formatShare } from './amounts.tsx';

it.each([
  ['0.000000001', '$0.000000001'],
  ['12.340000000', '$12.34'],
  ['3.000000000', '$3.00'],
  ['1234567.100000000', '$1234567.10'],
])('%s is exactly %s', (usd, words) => {
  expect(formatExactUsd(usd)).toBe(words);
});

it.each([
  [0, 10, '0%'],
  [1, 1000, '<1%'],
  [3, 100, '3%'],
  [999, 1000, '99%'],
  [10, 10, '100%'],
  [0, 0, '0%'],
])('%d of %d is %s', (part, whole, words) => {
  expect(formatShare(part, whole, 'en')).toBe(words);
});

it.each([
  [0, '0 ms'],
  [840, '840 ms'],
  [1234, '1.2 sec'],
  [42_000, '42 sec'],
  [150_000, '2.5 min'],
])('%d milliseconds read as %s', (ms, words) => {
  expect(formatDuration(ms, 'en')).toBe(words);
});
