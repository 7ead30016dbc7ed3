import { expect, it } from 'vitest';
import { createPace } from './pace-writes.ts';

function paced({ isUrgent = () => false, isExclusive = true }: Partial<Parameters<typeof createPace>[0]> = {}) {
  let nowMs = 0;
  const pauses: number[] = [];
  const closing = new AbortController();
  const { pace, hurry } = createPace({
    isUrgent,
    isExclusive,
    signal: closing.signal,
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
  return { work, pass, pauses, hurry };
}

it('what comes within a quarter of a second after a transaction waits for the next', async () => {
  const { work, pass, pauses } = paced();
  await work(30);
  pass(100);
  await work(30);
  await work(1);
  pass(251);
  await work(1);
  expect(pauses).toEqual([150, 250]);
});

it('somebody who asks waits only about as long as the transaction before took, in which others have the database', async () => {
  const { work, pauses, hurry } = paced();
  for (const ms of [30, 40, 5, 50]) {
    hurry();
    await work(ms);
  }
  expect(pauses).toEqual([30, 40, 5]);
});

it('where writers do not wait for each other, who asks does not wait at all', async () => {
  const { work, pauses, hurry } = paced({ isExclusive: false });
  await work(30);
  hurry();
  await work(30);
  await work(30);
  expect(pauses).toEqual([250]);
});

it('a pause that has passed already is not made again, and others get a tenth of a second at most', async () => {
  const { work, pass, pauses, hurry } = paced();
  await work(30);
  pass(10);
  hurry();
  await work(5000);
  hurry();
  await work(1);
  pass(1);
  hurry();
  await work(1);
  expect(pauses).toEqual([20, 100]);
});

it('who is far behind makes none', async () => {
  let isBehind = true;
  const { work, pauses } = paced({ isUrgent: () => isBehind });
  await work(30);
  await work(30);
  isBehind = false;
  await work(30);
  expect(pauses).toEqual([250]);
});

it('a transaction that fails is followed by a pause all the same, and its failure is told', async () => {
  let nowMs = 0;
  const pauses: number[] = [];
  const { pace } = createPace({
    isUrgent: () => false,
    isExclusive: true,
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
  expect(pauses).toEqual([250, 20]);
});

it.each(['the end of the process', 'a question'])('%s ends a pause under way', async (what) => {
  const closing = new AbortController();
  const { pace, hurry } = createPace({
    isUrgent: () => false,
    isExclusive: false,
    signal: closing.signal,
    clock: () => 0,
    wait: (_ms, ended) => new Promise((resolve) => ended.addEventListener('abort', () => resolve())),
  });
  await pace(async () => undefined);
  const next = pace(async () => 'done');
  if (what === 'a question') hurry();
  else closing.abort();
  expect(await next).toBe('done');
});
