import { expect, it } from 'vitest';
import { billedBuckets } from './event-cost.ts';

it('buckets without tokens are left out, and the others cost what was frozen for them', () => {
  const line = {
    model: 'm',
    tokens: { inputUncached: 1_000_003, cacheRead: 0, output: 7, reasoning: 5 },
    usdPerMillion: { inputUncached: 2.5, cacheRead: 1, output: 0.000001, reasoning: null },
  };
  expect(billedBuckets(line)).toEqual([
    { bucket: 'inputUncached', tokens: 1_000_003, usdPerMillion: 2.5, costUsd: '2.500007500' },
    { bucket: 'output', tokens: 7, usdPerMillion: 0.000001, costUsd: '0.000000000' },
    { bucket: 'reasoning', tokens: 5, usdPerMillion: null, costUsd: null },
  ]);
});
