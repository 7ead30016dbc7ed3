import { tellOwner } from '../accounts/account-mail.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Handler } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { renewSession } from '../sessions/sessions.ts';
import { CHALLENGE_MS_MAX, makeChallenge, takeChallenge } from './challenges.ts';
import { deletePasskeyRow, insertPasskey, listPasskeyRows, renamePasskeyRow } from './passkeys.store.ts';
import { userHandleOf } from './prove-passkey.ts';
import { issueRecoveryCodes } from './recovery-codes.ts';
import { requireRelyingParty } from './relying-party.ts';
import { requireOwnFactor, settleAfterRemoval } from './second-factor.ts';
import { signatureAlgorithms } from './webauthn/cose-key.ts';
import { type NewPasskey, PasskeyRefusal, readClientData, verifyRegistration } from './webauthn/verify.ts';

const PASSKEYS_MAX = 20;
const SITE_NAME = 'API Key Manager';

export const listPasskeys: Handler<'GET /api/me/passkeys'> = async (context) => {
  const rows = await listPasskeyRows(context.services.database.kysely, context.user.id);
  return { items: rows.map(toPasskey), nextCursor: null };
};

export const beginPasskey: Handler<'POST /api/me/passkeys/options'> = async (context) => {
  await requireOwnFactor(context);
  const party = requireRelyingParty(context);
  const { user } = context;
  const rows = await listPasskeyRows(context.services.database.kysely, user.id);
  refuseTooMany(rows.length);
  const challenge = await makeChallenge(context, { purpose: 'passkey_registration', userId: user.id });
  return {
    challenge,
    rp: { id: party.id, name: SITE_NAME },
    user: { id: userHandleOf(user.id), name: user.email_display, displayName: user.name },
    pubKeyCredParams: signatureAlgorithms.map((alg) => ({ type: 'public-key' as const, alg })),
    timeout: CHALLENGE_MS_MAX,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    excludeCredentials: rows.map((row) => ({
      type: 'public-key' as const,
      id: row.webauthn_id,
      transports: readTransports(row.transports),
    })),
  };
};

export const addPasskey: Handler<'POST /api/me/passkeys'> = async (context, { body }) => {
  const factors = await requireOwnFactor(context);
  const { user, nowMs } = context;
  const made = await checkRegistration(context, body.registration);
  const row = {
    id: newId('Passkey', nowMs),
    user_id: user.id,
    name: body.name,
    webauthn_id: made.webauthnId,
    public_key: made.publicKey,
    counter: made.counter,
    transports: JSON.stringify(body.registration.response.transports ?? []),
    is_backed_up: made.isBackedUp ? 1 : 0,
    created_at: nowMs,
    last_used_at: null,
  } as const;
  const { recoveryCodes, cookie } = await context.services.database.transaction(async (transaction) => {
    refuseTooMany((await listPasskeyRows(transaction, user.id)).length);
    if (!(await insertPasskey(transaction, row))) {
      throw new AppError('conflict', { message: 'This passkey is registered already.' });
    }
    const renewed = await renewSession(transaction, context, { secondFactor: true });
    await recordChange(context, transaction, 'account.passkey_added', row);
    const codes = factors.recoveryCodesLeft > 0 ? null : await issueRecoveryCodes(transaction, context);
    return { recoveryCodes: codes, cookie: renewed };
  });
  if (cookie !== null) context.setSessionCookie(cookie);
  tellOwner(context, user, { kind: 'passkeyAdded' });
  return { passkey: toPasskey(row), recoveryCodes };
};

type Registration = Parameters<typeof verifyRegistration>[0];

async function checkRegistration(context: AccountContext, registration: Registration): Promise<NewPasskey> {
  const party = requireRelyingParty(context);
  try {
    const { challenge } = readClientData(registration.response.clientDataJSON);
    const use = { purpose: 'passkey_registration', userId: context.user.id, challenge } as const;
    if (!(await takeChallenge(context, use))) throw new PasskeyRefusal('challenge');
    return verifyRegistration(registration, party);
  } catch (error) {
    if (!(error instanceof PasskeyRefusal)) throw error;
    await recordAuditEvent(context.services.database.kysely, context, {
      action: 'account.passkey_added',
      actor: context.actor,
      result: 'denied',
      reason: `passkey_${error.fault}`,
    });
    throw new AppError('passkey_refused', { cause: error });
  }
}

export const renamePasskey: Handler<'PUT /api/me/passkeys/{id}'> = async (context, { params, body }) =>
  context.services.database.transaction(async (transaction) => {
    const change = { userId: context.user.id, id: params.id, name: body.name };
    const row = await renamePasskeyRow(transaction, change);
    if (row === undefined) throw new AppError('not_found');
    await recordChange(context, transaction, 'account.passkey_renamed', row);
    return toPasskey(row);
  });

export const removePasskey: Handler<'DELETE /api/me/passkeys/{id}'> = async (context, { params }) => {
  await requireOwnFactor(context);
  await context.services.database.transaction(async (transaction) => {
    const row = await deletePasskeyRow(transaction, { userId: context.user.id, id: params.id });
    if (row === undefined) throw new AppError('not_found');
    await settleAfterRemoval(transaction, context.user.id);
    await recordChange(context, transaction, 'account.passkey_removed', row);
  });
  tellOwner(context, context.user, { kind: 'passkeyRemoved' });
  return undefined;
};

function refuseTooMany(count: number): void {
  if (count < PASSKEYS_MAX) return;
  throw new AppError('too_many_objects', { message: `An account has at most ${PASSKEYS_MAX} passkeys.` });
}

async function recordChange(
  context: AccountContext,
  transaction: Parameters<typeof recordAuditEvent>[0],
  action: 'account.passkey_added' | 'account.passkey_renamed' | 'account.passkey_removed',
  { id, name }: Pick<Row<'passkeys'>, 'id' | 'name'>,
): Promise<void> {
  const target = { type: 'passkey', id, label: name } as const;
  await recordAuditEvent(transaction, context, { action, actor: context.actor, target });
}

function readTransports(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}

function toPasskey(row: Pick<Row<'passkeys'>, 'id' | 'name' | 'is_backed_up' | 'created_at' | 'last_used_at'>) {
  return {
    id: row.id,
    name: row.name,
    isBackedUp: row.is_backed_up === 1,
    createdAt: new Date(row.created_at).toISOString(),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at).toISOString(),
  };
}
