import { tellOwner } from '../accounts/account-mail.ts';
import { hasPassword } from '../accounts/password.ts';
import { type AuditAction, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { readFactors, requireOwnFactor } from '../second-factors/second-factor.ts';
import { personActor } from '../sessions/sessions.ts';
import { readSettingValue } from '../settings/settings.ts';
import type { ProvedIdentity } from './sign-on.ts';
import { deleteIdentity, findUserByIdentity, insertIdentity, listIdentities } from './sso.store.ts';

export const listMyIdentities: Handler<'GET /api/me/identities'> = async ({ services, user }) => {
  const setting = await readSettingValue(services.database.kysely, 'sso');
  const rows = await listIdentities(services.database.kysely, user.id);
  const items = rows.map((row) => ({
    issuer: row.issuer,
    subject: row.subject,
    email: row.email,
    createdAt: new Date(row.created_at).toISOString(),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at).toISOString(),
    isUsable: row.issuer === setting?.issuer,
  }));
  return { items, nextCursor: null };
};

/** Who would have no way in without it keeps it: a password, a passkey or another identity that works must be left. */
export const disconnectIdentity: Handler<'DELETE /api/me/identities'> = async (context, { query }) => {
  const { services, user } = context;
  await requireOwnFactor(context);
  const { passkeys } = await readFactors(context, user.id);
  await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `identities:${user.id}`);
    const setting = await readSettingValue(transaction, 'sso');
    if (!(await deleteIdentity(transaction, { userId: user.id, ...query }))) throw new AppError('not_found');
    const left = await listIdentities(transaction, user.id);
    const isWayLeft = hasPassword(user) || passkeys > 0 || left.some(({ issuer }) => issuer === setting?.issuer);
    if (!isWayLeft) throw new AppError('last_way_in');
    await recordIdentity(transaction, context, { action: 'account.identity_unlinked', user, identity: query });
  });
  tellOwner(context, user, { kind: 'identityUnlinked' });
  return undefined;
};

/** Connects an identity to an account. Throws `identity_taken` when it is another one's; once more is no change. */
export async function connectIdentity(
  transaction: Transaction,
  context: CallContext,
  { user, identity }: { user: Row<'users'>; identity: ProvedIdentity },
): Promise<void> {
  const { issuer, subject, email } = identity;
  const times = { created_at: context.nowMs, last_used_at: context.nowMs };
  if (!(await insertIdentity(transaction, { issuer, subject, user_id: user.id, email, ...times }))) {
    if ((await findUserByIdentity(transaction, identity))?.id !== user.id) throw new AppError('identity_taken');
    return;
  }
  await recordIdentity(transaction, context, { action: 'account.identity_linked', user, identity });
}

async function recordIdentity(
  transaction: Transaction,
  context: CallContext,
  {
    action,
    user,
    identity,
  }: { action: AuditAction; user: Row<'users'>; identity: { issuer: string; subject: string } },
): Promise<void> {
  const { issuer, subject } = identity;
  await recordAuditEvent(transaction, context, { action, actor: personActor(user), details: { issuer, subject } });
}
