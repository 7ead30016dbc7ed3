import type { z } from 'zod';
import type { PasskeyAuthentication } from '../../contract/account-security.ts';
import { finishSignIn } from '../accounts/sign-in.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { personActor } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { CHALLENGE_MS_MAX, makeChallenge, takeChallenge } from './challenges.ts';
import { findPasskeyWithUser, takePasskeyCounter } from './passkeys.store.ts';
import { requireRelyingParty } from './relying-party.ts';
import { PasskeyRefusal, type RelyingParty, readClientData, verifyAuthentication } from './webauthn/verify.ts';

type Authentication = z.output<typeof PasskeyAuthentication>;
type Found = Awaited<ReturnType<typeof findPasskeyWithUser>>;

/** The question to any passkey of this site; the browser finds which it has. The same for everybody who asks. */
export const beginPasskeyProof: Handler<'POST /api/login/passkey/options'> = async (context) => {
  const party = requireRelyingParty(context);
  await context.services.throttles.take('passkeyOptions', networkOf(context.ip));
  const challenge = await makeChallenge(context, { purpose: 'passkey_proof', userId: null });
  return {
    challenge,
    rpId: party.id,
    timeout: CHALLENGE_MS_MAX,
    userVerification: 'required',
    allowCredentials: [],
  };
};

/** The passkey was on the device and its owner unlocked it: two factors in one, so no code is asked for. */
export const loginByPasskey: Handler<'POST /api/login/passkey'> = async (context, { body }) => {
  const user = await provePasskey(context, body.authentication, { user: null });
  return finishSignIn(context, user, { method: 'passkey', secondFactor: true });
};

/**
 * Gives the account whose passkey answered a question of ours, which is used up by it. `user`: whose it must be; null takes
 * anybody's who is not disabled. Throws `passkey_refused`, the same for every reason; the reason is written down.
 */
export async function provePasskey(
  context: CallContext,
  authentication: Authentication,
  { user }: { user: Row<'users'> | null },
): Promise<Row<'users'>> {
  const party = requireRelyingParty(context);
  const address = networkOf(context.ip);
  await context.services.throttles.take('passkeyByAddress', address);
  const found = await findPasskeyWithUser(context.services.database.kysely, authentication.id);
  try {
    const proved = await checkPasskey(context, authentication, { party, found, user });
    await context.services.throttles.giveBack('passkeyByAddress', address);
    return proved;
  } catch (error) {
    if (!(error instanceof PasskeyRefusal)) throw error;
    const actor = user ?? found?.user ?? null;
    await recordAuditEvent(context.services.database.kysely, context, {
      action: user === null ? 'account.signed_in' : 'account.second_factor_confirmed',
      actor: actor === null ? null : personActor(actor),
      result: 'denied',
      reason: `passkey_${error.fault}`,
      details: { method: 'passkey', secondFactor: true },
    });
    throw new AppError('passkey_refused', { cause: error });
  }
}

async function checkPasskey(
  context: CallContext,
  authentication: Authentication,
  { party, found, user }: { party: RelyingParty; found: Found; user: Row<'users'> | null },
): Promise<Row<'users'>> {
  const { challenge } = readClientData(authentication.response.clientDataJSON);
  if (!(await takeChallenge(context, { purpose: 'passkey_proof', userId: null, challenge }))) {
    throw new PasskeyRefusal('challenge');
  }
  if (found === null) throw new PasskeyRefusal('unknown_passkey');
  const { userHandle } = authentication.response;
  const isNamed = typeof userHandle === 'string';
  if (isNamed && userHandle !== userHandleOf(found.user.id)) throw new PasskeyRefusal('other_account');
  if (user !== null && user.id !== found.user.id) throw new PasskeyRefusal('other_account');
  const { counter, isBackedUp } = verifyAuthentication(authentication, { publicKey: found.passkey.public_key }, party);
  if (found.user.state !== 'active') throw new PasskeyRefusal('account_disabled');
  const use = { id: found.passkey.id, counter, isBackedUp: isBackedUp ? 1 : 0, nowMs: context.nowMs } as const;
  if (!(await takePasskeyCounter(context.services.database.kysely, use))) throw new PasskeyRefusal('counter');
  return found.user;
}

/** What the authenticator keeps of the account: its id, which says nothing about the person (WebAuthn section 14.6.1). */
export function userHandleOf(userId: string): string {
  return Buffer.from(userId, 'utf8').toString('base64url');
}
