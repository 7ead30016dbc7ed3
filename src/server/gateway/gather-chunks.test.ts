import { describe, expect, it } from 'vitest';
import { gatherChunks } from './gather-chunks.ts';

/** After all that was put off to the end of this turn. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function gather() {
  const passed: (string | null)[] = [];
  const gathered = gatherChunks((piece) => passed.push(piece?.toString() ?? null));
  const add = (...texts: string[]) => {
    for (const text of texts) gathered.add(Buffer.from(text));
  };
  return { ...gathered, passed, add };
}

describe('chunks of a reply', () => {
  it('that come in one turn are passed on as one, in their order, and none before its end', async () => {
    const { add, passed } = gather();
    add('one ', 'two ', 'three');
    expect(passed).toEqual([]);
    await nextTurn();
    expect(passed).toEqual(['one two three']);
  });

  it('that come in turns of their own are passed on by themselves', async () => {
    const { add, passed } = gather();
    for (const text of ['one', 'two', 'three']) {
      add(text);
      await nextTurn();
    }
    expect(passed).toEqual(['one', 'two', 'three']);
  });

  it('that do not come in the first turn are announced by null, once', async () => {
    const { add, passed } = gather();
    await nextTurn();
    await nextTurn();
    add('one');
    await nextTurn();
    await nextTurn();
    expect(passed).toEqual([null, 'one']);
  });

  it('that are many megabytes in one turn do not wait for its end', async () => {
    const passed: number[] = [];
    const { add } = gatherChunks((piece) => passed.push(piece?.length ?? 0));
    for (let count = 0; count < 100; count += 1) add(Buffer.alloc(65_536));
    expect(passed.length).toBeGreaterThanOrEqual(49);
    await nextTurn();
    expect(passed.reduce((sum, bytes) => sum + bytes, 0)).toBe(6_553_600);
    expect(passed).not.toContain(0);
  });

  it('that are taken are not passed on, too', async () => {
    const { add, take, passed } = gather();
    add('one ', 'two');
    expect(take()?.toString()).toBe('one two');
    expect(take()).toBeNull();
    await nextTurn();
    expect(passed).toEqual([]);
  });
});
