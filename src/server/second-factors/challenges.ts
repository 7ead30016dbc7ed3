import { hash, randomBytes } from 'node:crypto';
import type { UserId } from '../../contract/ids.ts';
import type { CallContext } from '../context.ts';
import type { Services } from '../services.ts';
import { deleteExpiredAttempts, insertAttempt, takeAttempt } from './challenges.store.ts';

/** How long a person may take over the question of the browser. */
export const CHALLENGE_MS_MAX = 5 * 60 * 1000;

type Purpose = 'passkey_registration' | 'passkey_proof';
type Place = Pick<CallContext, 'services' | 'nowMs'>;

const hashOf = (challenge: string): string => hash('sha256', challenge, 'base64url');

/** A challenge of 256 random bits. Only its hash is kept. */
export async function makeChallenge(
  { services, nowMs }: Place,
  use: { purpose: Purpose; userId: UserId | null },
): Promise<string> {
  const challenge = randomBytes(32).toString('base64url');
  await insertAttempt(services.database.kysely, {
    token_hash: hashOf(challenge),
    purpose: use.purpose,
    user_id: use.userId,
    facts: '{}',
    created_at: nowMs,
    expires_at: nowMs + CHALLENGE_MS_MAX,
  });
  return challenge;
}

/** Uses a challenge up, whatever becomes of the rest of the call. False: it is not ours, was used, or is too old. */
export async function takeChallenge(
  { services, nowMs }: Place,
  use: { purpose: Purpose; userId: UserId | null; challenge: string },
): Promise<boolean> {
  const row = await takeAttempt(services.database.kysely, {
    tokenHash: hashOf(use.challenge),
    purpose: use.purpose,
    nowMs,
  });
  return row !== undefined && row.user_id === use.userId;
}

/** Deletes what was begun and never finished. Called by the housekeeping timer. */
export async function forgetUnfinishedSignIns(services: Services, nowMs: number): Promise<void> {
  await deleteExpiredAttempts(services.database.kysely, nowMs);
}
