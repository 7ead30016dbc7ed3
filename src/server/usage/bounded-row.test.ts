import { expect, it } from 'vitest';
import { makeRow } from '../../testing/usage-records.ts';
import { boundRow } from './bounded-row.ts';

it('a row of a true call is left as it is', () => {
  const row = makeRow(2_000_000);
  expect(boundRow(row)).toBe(row);
});

it.each([
  ['1e300', 1e300, 1_000_000_000],
  ['beyond 2^53', 2 ** 60, 1_000_000_000],
  ['negative', -5, 0],
  ['no number', Number.NaN, 0],
  ['infinite', Number.POSITIVE_INFINITY, 1_000_000_000],
])('tokens that are %s are bounded, and not called exact', (_, told, kept) => {
  expect(boundRow({ ...makeRow(1), output_tokens: told })).toMatchObject({
    input_tokens: 1,
    output_tokens: kept,
    usage_state: 'estimated',
  });
});

it('a cost is bounded, and an unknown one stays unknown', () => {
  expect(boundRow({ ...makeRow(1), cost_nano_usd: 2 ** 80 }).cost_nano_usd).toBe(10_000_000_000_000);
  expect(boundRow({ ...makeRow(1), cost_nano_usd: null, latency_ms: -1 })).toMatchObject({
    cost_nano_usd: null,
    latency_ms: 0,
    usage_state: 'exact',
  });
});
