import type { CredentialId, VirtualKeyId } from '../../contract/ids.ts';
import type { CallStop } from './running-calls.ts';

const KEPT_MAX = 50_000;
/** How long a call waits for the database to tell who made an older response. */
const ANSWER_MS_MAX = 5_000;
/** Questions that wait for an answer at once: an absent database must not gather calls. */
const QUESTIONS_MAX = 200;

interface Owner {
  readonly virtualKeyId: VirtualKeyId;
  readonly credentialId: CredentialId;
}

/** Which virtual key made a stored response, and on which credential it lives. */
export interface ResponseOwners {
  note: (responseId: string, owner: Owner) => void;
  /**
   * At once where it is remembered, else when the database has told. Null: nobody made it. `unanswered`: the database did
   * not tell in 5 s, or the call was stopped before. Never rejects.
   */
  find: (responseId: string, stop: CallStop) => Owner | Promise<Owner | null | 'unanswered'>;
}

/** Remembers the latest and asks `look` for older ones. */
export function createResponseOwners(look: (responseId: string) => Promise<Owner | null>): ResponseOwners {
  const kept = new Map<string, Owner>();
  let questions = 0;
  const ask = (responseId: string, stop: CallStop): Promise<Owner | null | 'unanswered'> => {
    if (questions >= QUESTIONS_MAX) return Promise.resolve('unanswered');
    questions += 1;
    return new Promise((resolve) => {
      const giveUp = (): void => resolve('unanswered');
      const timer = setTimeout(giveUp, ANSWER_MS_MAX);
      stop.onStop(giveUp);
      const settle = (answer: Owner | null | 'unanswered'): void => {
        questions -= 1;
        clearTimeout(timer);
        stop.forget(giveUp);
        resolve(answer);
      };
      look(responseId).then(settle, () => settle('unanswered'));
    });
  };
  return {
    note(responseId, { virtualKeyId, credentialId }) {
      // These two alone: the records that come here hold much more.
      kept.set(responseId, { virtualKeyId, credentialId });
      const oldest = kept.keys().next();
      if (kept.size > KEPT_MAX && !oldest.done) kept.delete(oldest.value);
    },
    find: (responseId, stop) => kept.get(responseId) ?? ask(responseId, stop),
  };
}
