import { expect, it } from 'vitest';
import { createPace } from './pace-writes.ts';

function paced(isUrgent = () => false) {
  let nowMs = 0;
  const pauses: number[] = [];
  const pace = createPace({
    isUrgent,
    signal: new AbortController().signal,
    clock: () => nowMs,
    async wait(ms) {
      pauses.push(ms);
      nowMs += ms;
    },
  });
  const work = (ms: number): Promise<void> =>
    pace(async () => {
      nowMs += ms;
    });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { work, pass, pauses };
}

it('each transaction is followed by a pause about as long, so that others have the database half of the time', async () => {
  const { work, pauses } = paced();
  for (const ms of [30, 40, 5, 50]) await work(ms);
  expect(pauses).toEqual([30, 40, 5]);
});

it('a pause that has passed already is not made again, and none is longer than a tenth of a second', async () => {
  const { work, pass, pauses } = paced();
  await work(30);
  pass(10);
  await work(5000);
  await work(1);
  pass(1);
  await work(1);
  expect(pauses).toEqual([20, 100]);
});

it('who is far behind makes none', async () => {
  let isBehind = true;
  const { work, pauses } = paced(() => isBehind);
  await work(30);
  await work(30);
  isBehind = false;
  await work(30);
  expect(pauses).toEqual([30]);
});

it('a transaction that fails is followed by a pause all the same, and its failure is told', async () => {
  let nowMs = 0;
  const pauses: number[] = [];
  const pace = createPace({
    isUrgent: () => false,
    signal: new AbortController().signal,
    clock: () => nowMs,
    wait: async (ms) => void pauses.push(ms),
  });
  const failed = pace(async () => {
    nowMs += 20;
    throw new Error('away');
  });
  await expect(failed).rejects.toThrow('away');
  await pace(async () => undefined);
  expect(pauses).toEqual([20]);
});

it('the end of the process ends a pause', async () => {
  const closing = new AbortController();
  let nowMs = 0;
  const pace = createPace({ isUrgent: () => false, signal: closing.signal, clock: () => nowMs });
  await pace(async () => {
    nowMs += 3_600_000;
  });
  const next = pace(async () => 'done');
  closing.abort();
  expect(await next).toBe('done');
});
