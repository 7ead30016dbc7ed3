import { expect, test } from 'vitest';
import { rowsOfDays, spanOfDays } from './usage-days.ts';

test('a span of days ends with the running day of UTC', () => {
  const lateInTheDay = Date.parse('2026-11-23T23:30:00Z');
  expect(spanOfDays(7, lateInTheDay)).toEqual({ from: '2026-11-17T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' });
});

test('days without usage stand in the chart as nothing', () => {
  const figures = { errors: 0, inputTokens: 3, outputTokens: 4, costUsd: null, unpricedRequests: 2 };
  const usage = {
    from: '2026-11-21T00:00:00.000Z',
    to: '2026-11-24T00:00:00.000Z',
    days: [{ ...figures, day: '2026-11-22', requests: 2 }],
  };
  expect(rowsOfDays(usage, ({ requests }) => ({ requests }))).toEqual([
    { time: Date.parse('2026-11-21'), requests: 0 },
    { time: Date.parse('2026-11-22'), requests: 2 },
    { time: Date.parse('2026-11-23'), requests: 0 },
  ]);
});
