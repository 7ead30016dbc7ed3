import { expect, it } from 'vitest';
import { brand } from '../ids.ts';
import { createRunningCalls } from './running-calls.ts';

const [one, other] = [brand<'VirtualKey'>('vk_one'), brand<'VirtualKey'>('vk_other')];

it('stops every running call of a virtual key once, also as they leave, and no call of another', () => {
  const running = createRunningCalls();
  const stopped: string[] = [];
  const enter = (name: string, id = one) => {
    const run = running.enter(id);
    run.stop.onStop(() => {
      stopped.push(name);
      run.leave();
    });
    return run;
  };
  const first = enter('first');
  enter('second');
  enter('third');
  enter('foreign', other);
  first.leave();
  first.leave();
  enter('fourth');
  running.stopOf([one]);
  running.stopOf([one]);
  expect(stopped.toSorted()).toEqual(['fourth', 'second', 'third']);
});

it('tells a listener that comes late at once, and one that was forgotten never', () => {
  const { stop } = createRunningCalls().enter(one);
  const told: string[] = [];
  const forgotten = () => told.push('forgotten');
  stop.onStop(forgotten);
  stop.forget(forgotten);
  stop.stop();
  stop.onStop(() => told.push('late'));
  expect(told).toEqual(['late']);
});

it('is idle only when the last call has left', async () => {
  const running = createRunningCalls();
  const runs = [running.enter(one), running.enter(one), running.enter(other)];
  let isIdle = false;
  const idle = running.idle().then(() => {
    isIdle = true;
  });
  for (const run of runs.slice(1)) run.leave();
  await Promise.resolve();
  expect(isIdle).toBe(false);
  runs[0]?.leave();
  await idle;
  expect(isIdle).toBe(true);
});
