import type { Answer } from './answer.ts';
import type { FakeSettings } from './settings.ts';

const ANSWERS_MAX = 16;
/** Stands in a kept answer where each request has its own id. */
const ID_PLACEHOLDER = 'fake-id-of-this-request';

export interface AnswerCache {
  /** The answer that `make` gives for the id. `call` is all that it depends on beside the settings. */
  answer(
    call: string,
    options: { settings: FakeSettings; id: string; make: (id: string) => Answer | null },
  ): Answer | null;
}

/** Keeps the latest answers: a load that repeats its requests then costs the fake little more than the sending. */
export function createAnswerCache(): AnswerCache {
  const kept = new Map<string, Answer>();
  let keptFor: FakeSettings | null = null;
  return {
    answer: (call, { settings, id, make }) => {
      if (keptFor !== settings) kept.clear();
      keptFor = settings;
      const found = kept.get(call) ?? make(ID_PLACEHOLDER);
      if (found === null) return null;
      kept.set(call, found);
      const [oldest] = kept.keys();
      if (kept.size > ANSWERS_MAX && oldest !== undefined) kept.delete(oldest);
      return named(found, id);
    },
  };
}

function named(answer: Answer, id: string): Answer {
  if (answer.kind === 'stream') {
    const frames = answer.frames.map((frame) => ({ ...frame, text: frame.text.replaceAll(ID_PLACEHOLDER, id) }));
    return { ...answer, frames, errorFrames: answer.errorFrames.map((text) => text.replaceAll(ID_PLACEHOLDER, id)) };
  }
  return Buffer.isBuffer(answer.body) ? answer : { ...answer, body: answer.body.replaceAll(ID_PLACEHOLDER, id) };
}
