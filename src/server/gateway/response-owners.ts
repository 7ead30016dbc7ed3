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

/** A stored response as one virtual key knows it. */
export interface OwnedResponse {
  readonly responseId: string;
  readonly virtualKeyId: VirtualKeyId;
}

/** Where a stored response of a virtual key lives; null: it made none of this id. */
type Place = CredentialId | null;

/**
 * Which virtual key made a stored response, and on which credential it lives. Providers give ids per account, so equal ids
 * of two credentials are two responses, and each belongs to who made it. At one credential the first owner stays, and so
 * does the first place of a virtual key: no reply of any provider takes a response away or makes it readable.
 */
export interface ResponseOwners {
  note: (responseId: string, owner: Owner) => void;
  /**
   * At once where it is remembered, else when the database has told. `unanswered`: the database did not tell in 5 s, or the
   * call was stopped before. Never rejects.
   */
  find: (response: OwnedResponse, stop: CallStop) => CredentialId | Promise<Place | 'unanswered'>;
}

/** Remembers the latest and asks `look` for older ones. */
export function createResponseOwners(look: (response: OwnedResponse) => Promise<Place>): ResponseOwners {
  const owners = new Map<string, VirtualKeyId>();
  const places = new Map<string, CredentialId>();
  let questions = 0;
  const ask = (response: OwnedResponse, stop: CallStop): Promise<Place | 'unanswered'> => {
    if (questions >= QUESTIONS_MAX) return Promise.resolve('unanswered');
    questions += 1;
    return new Promise((resolve) => {
      const giveUp = (): void => resolve('unanswered');
      const timer = setTimeout(giveUp, ANSWER_MS_MAX);
      stop.onStop(giveUp);
      const settle = (answer: Place | 'unanswered'): void => {
        questions -= 1;
        clearTimeout(timer);
        stop.forget(giveUp);
        resolve(answer);
      };
      look(response).then(settle, () => settle('unanswered'));
    });
  };
  return {
    note(responseId, { virtualKeyId, credentialId }) {
      const ownerOf = `${credentialId} ${responseId}`;
      if ((owners.get(ownerOf) ?? virtualKeyId) !== virtualKeyId) return;
      keepFirst(owners, ownerOf, virtualKeyId);
      keepFirst(places, `${virtualKeyId} ${responseId}`, credentialId);
    },
    find(response, stop) {
      return places.get(`${response.virtualKeyId} ${response.responseId}`) ?? ask(response, stop);
    },
  };
}

function keepFirst<Value>(kept: Map<string, Value>, name: string, value: Value): void {
  if (kept.has(name)) return;
  kept.set(name, value);
  const oldest = kept.keys().next();
  if (kept.size > KEPT_MAX && !oldest.done) kept.delete(oldest.value);
}
