import { expect, it } from 'vitest';
import { brand } from '../ids.ts';
import { type CallFacts, createRunningCalls } from './running-calls.ts';

let calls = 0;
const factsOf = (name: string, workspaceId = 'ws_one'): CallFacts => {
  calls += 1;
  return {
    requestId: `request ${calls}`,
    workspaceId: brand<'Workspace'>(workspaceId),
    virtualKeyId: brand<'VirtualKey'>(`vk_${name}`),
    secretHash: `hash of ${name}`,
  };
};
const [one, other] = [factsOf('one'), factsOf('other')];

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
  running.stopOf([one.virtualKeyId]);
  running.stopOf([one.virtualKeyId]);
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

it('stops the calls of a workspace that may not go on, by the credential that serves each, and no other', () => {
  const running = createRunningCalls();
  const stopped: string[] = [];
  const enter = (name: string, workspaceId?: string) => {
    const facts = factsOf(name, workspaceId);
    const { stop, leave } = running.enter(facts);
    stop.onStop(() => stopped.push(name));
    return { leave, serve: (id: string) => running.noteServing(facts.requestId, brand<'Credential'>(id)) };
  };
  enter('waiting');
  enter('kept').serve('key_kept');
  const moved = enter('moved');
  moved.serve('key_kept');
  moved.serve('key_gone');
  enter('foreign', 'ws_other').serve('key_gone');
  const ended = enter('ended');
  ended.serve('key_gone');
  ended.leave();
  running.stopUnless(brand<'Workspace'>('ws_one'), (_, credentialId) => credentialId !== 'key_gone');
  expect(stopped).toEqual(['moved']);
  running.stopUnless(brand<'Workspace'>('ws_one'), ({ secretHash }) => secretHash !== 'hash of waiting');
  expect(stopped).toEqual(['moved', 'waiting']);
});

it('tells of a client that is late once, and never when it came in time', () => {
  const running = createRunningCalls();
  const { stop } = running.enter(one);
  const told: string[] = [];
  const startMs = performance.now();
  stop.awaitClient(1000, () => told.push('first'));
  running.judge(startMs + 900);
  stop.awaitClient(60_000, () => told.push('second'));
  running.judge(startMs + 59_000);
  stop.noteClient();
  running.judge(startMs + 70_000);
  expect(told).toEqual([]);
  stop.awaitClient(1000, () => told.push('third'));
  running.judge(startMs + 70_000);
  running.judge(startMs + 70_000);
  expect([told, stop.isStopped]).toEqual([['third'], false]);
});

it('stops a call that has run for an hour, and none before', () => {
  const running = createRunningCalls();
  const startMs = performance.now();
  const { stop } = running.enter(one);
  running.judge(startMs + 3_599_000);
  expect(stop.isStopped).toBe(false);
  running.judge(startMs + 3_601_000);
  expect(stop.isStopped).toBe(true);
});
