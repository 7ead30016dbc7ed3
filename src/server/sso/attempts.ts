import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { UserId } from '../../contract/ids.ts';
import type { CallContext } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { deleteAttempt, findAttempt, insertAttempt, takeAttempt } from './sso.store.ts';

/** How long a person may take at the provider. */
const ATTEMPT_MS_MAX = 10 * 60 * 1000;

export type Purpose = 'sign_in' | 'link' | 'confirm';

const Facts = z.object({
  /** Hash of the cookie of the browser that began. */
  browser: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The session that began, where somebody was signed in. */
  sessionId: z.string().nullable(),
});

type AttemptFacts = z.output<typeof Facts>;

export interface Attempt extends AttemptFacts {
  readonly purpose: Purpose;
  readonly userId: UserId | null;
}

const hashOf = (value: string): string => hash('sha256', value, 'base64url');

const rowPurpose = (purpose: Purpose): string => `sso_${purpose}`;

/** 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Keeps what was begun under its `state`, of which the hash is stored. */
export async function keepAttempt(
  { services, nowMs }: CallContext,
  state: string,
  attempt: Attempt & { readonly browserToken: string },
): Promise<void> {
  const { purpose, userId, browserToken, ...facts } = attempt;
  await insertAttempt(services.database.kysely, {
    token_hash: hashOf(state),
    purpose: rowPurpose(purpose),
    user_id: userId,
    facts: JSON.stringify({ ...Facts.parse(facts), browser: hashOf(browserToken) }),
    created_at: nowMs,
    expires_at: nowMs + ATTEMPT_MS_MAX,
  });
}

/**
 * Uses up what was begun with this `state`, whatever becomes of the rest of the call. Throws `sso_failed` when it is not
 * ours, was used, is too old, is for something else, or was begun in another browser.
 */
export async function consumeAttempt(
  { services, nowMs, browserToken }: CallContext,
  state: string,
  purposes: readonly Purpose[],
): Promise<Attempt> {
  const which = { tokenHash: hashOf(state), purposes: purposes.map(rowPurpose), nowMs };
  const row = await takeAttempt(services.database.kysely, which);
  const purpose = purposes.find((known) => rowPurpose(known) === row?.purpose);
  if (row === undefined || purpose === undefined) throw new AppError('sso_failed');
  const facts = Facts.parse(JSON.parse(row.facts));
  if (browserToken === undefined || facts.browser !== hashOf(browserToken)) throw new AppError('sso_failed');
  return { ...facts, purpose, userId: row.user_id };
}

const SECOND_FACTOR = 'sso_second_factor';

/** What follows on the right identity where the account asks for more; it belongs to the browser that began. */
const secondStepHash = (browserToken: string): string => hashOf(`${SECOND_FACTOR} ${browserToken}`);

/** Remembers that this browser has proved the identity of an account, and still owes its second factor. */
export async function keepSecondStep({ services, nowMs, browserToken }: CallContext, userId: UserId): Promise<void> {
  if (browserToken === undefined) throw new AppError('sso_failed');
  const tokenHash = secondStepHash(browserToken);
  await deleteAttempt(services.database.kysely, tokenHash);
  await insertAttempt(services.database.kysely, {
    token_hash: tokenHash,
    purpose: SECOND_FACTOR,
    user_id: userId,
    facts: '{}',
    created_at: nowMs,
    expires_at: nowMs + ATTEMPT_MS_MAX,
  });
}

/** Whose second factor this browser owes. It stays, so that a wrong code can be put right. Throws `sso_failed`. */
export async function findSecondStep(context: CallContext): Promise<UserId> {
  const { services, nowMs, browserToken } = context;
  if (browserToken === undefined) throw new AppError('sso_failed');
  const which = { tokenHash: secondStepHash(browserToken), purposes: [SECOND_FACTOR], nowMs };
  const row = await findAttempt(services.database.kysely, which);
  if (row === undefined || row.user_id === null) throw new AppError('sso_failed');
  return row.user_id;
}

/** Uses the second step up: of calls that race, all but one get `sso_failed`. */
export async function consumeSecondStep({ services, nowMs, browserToken }: CallContext): Promise<void> {
  const which = { tokenHash: secondStepHash(browserToken ?? ''), purposes: [SECOND_FACTOR], nowMs };
  if ((await takeAttempt(services.database.kysely, which)) === undefined) throw new AppError('sso_failed');
}
