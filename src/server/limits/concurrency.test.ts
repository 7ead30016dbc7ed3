import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createConcurrency } from './concurrency.ts';

it('as many calls run at once as may, and one that ends makes room for one', () => {
  const concurrency = createConcurrency();
  const leaves = [concurrency.enter('vk_a', 2), concurrency.enter('vk_a', 2)];
  expect(leaves).not.toContain(null);
  expect(concurrency.enter('vk_a', 2)).toBeNull();
  expect(concurrency.enter('vk_b', 2)).not.toBeNull();
  leaves[0]?.();
  expect(concurrency.enter('vk_a', 2)).not.toBeNull();
  expect(concurrency.enter('vk_a', 2)).toBeNull();
});

it('leaving twice counts out one call only', () => {
  const concurrency = createConcurrency();
  const leave = concurrency.enter('vk_a', 2);
  concurrency.enter('vk_a', 2);
  leave?.();
  leave?.();
  expect(concurrency.count('vk_a')).toBe(1);
});

it('calls without a limit are counted too, so that a limit set later holds at once', () => {
  const concurrency = createConcurrency();
  concurrency.enter('vk_a', null);
  concurrency.enter('vk_a', null);
  expect(concurrency.enter('vk_a', 2)).toBeNull();
  expect(concurrency.enter('vk_b', 0)).toBeNull();
});

it('whatever comes and goes, the count is the number of calls inside', () => {
  const step = fc.record({ enters: fc.boolean(), which: fc.nat(), max: fc.option(fc.nat(5)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const concurrency = createConcurrency();
      const inside: (() => void)[] = [];
      const answers: boolean[] = [];
      for (const { enters, which, max } of steps) {
        if (enters) {
          const leave = concurrency.enter('vk_a', max);
          answers.push((leave === null) === (max !== null && inside.length >= max));
          if (leave !== null) inside.push(leave);
        } else {
          const [leave] = inside.splice(which % Math.max(1, inside.length), 1);
          leave?.();
        }
        expect(concurrency.count('vk_a')).toBe(inside.length);
      }
      expect(answers).not.toContain(false);
    }),
  );
});
