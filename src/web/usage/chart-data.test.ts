import fc from 'fast-check';
import { expect, it } from 'vitest';
import { costByGroup, tokensByKind } from './chart-data.ts';
import type { UsagePoint } from './usage-queries.ts';

const nothing = {
  requests: 0,
  attempts: 0,
  errors: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costUsd: null,
  unpricedRequests: 0,
  estimatedRequests: 0,
  missingRequests: 0,
  latencyMsAverage: null,
  firstByteMsAverage: null,
};
const point = (day: number, group: number, costUsd: string | null): UsagePoint => ({
  ...nothing,
  costUsd,
  group,
  time: new Date(Date.UTC(2026, 10, day)).toISOString(),
});

it('every moment has a number for every group, and the rest has its own colour', () => {
  const { series, rows } = costByGroup(
    {
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-03T00:00:00.000Z',
      interval: 'day',
      groups: [
        { id: 'other', label: 'other', isOther: false },
        { id: null, label: '', isOther: true },
      ],
      points: [point(1, 0, '1.5'), point(1, 1, null), point(2, 0, '0.25')],
    },
    ({ id }) => `<${id}>`,
  );
  expect(series.map(({ label, group }) => [label, group])).toEqual([
    ['<other>', 'other'],
    ['<null>', null],
  ]);
  expect(series[0]?.color).not.toBe('var(--usage-series-rest)');
  expect(series[1]?.color).toBe('var(--usage-series-rest)');
  expect(rows).toEqual([
    { time: Date.UTC(2026, 10, 1), g0: 1.5, g1: 0 },
    { time: Date.UTC(2026, 10, 2), g0: 0.25, g1: 0 },
  ]);
});

it('the kinds of tokens add up to what is billed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 5, maxLength: 5 }), ([a = 0, b = 0, c = 0, d = 0, e = 0]) => {
      const kinds = tokensByKind({
        inputTokens: a + b + c,
        cacheReadTokens: b,
        cacheWriteTokens: c,
        outputTokens: d + e,
        reasoningTokens: e,
      });
      expect(kinds).toEqual({ uncached: a, cacheRead: b, cacheWrite: c, output: d, reasoning: e });
    }),
  );
});
