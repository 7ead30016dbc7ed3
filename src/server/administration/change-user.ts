import type { UserId } from '../../contract/ids.ts';
import { tellOwner } from '../accounts/account-mail.ts';
import { startReset } from '../accounts/password-reset.ts';
import { type AuditAction, type AuditEntry, recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { removeSecondFactors } from '../second-factors/second-factor.ts';
import { endAllSessions } from '../sessions/sessions.ts';
import { keepAnAdministrator, lockAdministrators } from './administrators.ts';
import { type AccountRow, findAccount, listPlaces, updateAccount } from './users.store.ts';
import { viewAccount } from './users.ts';

/**
 * Disabling ends the sessions of the account and, in every workspace it is in, its virtual keys: both are looked up by
 * whether the account is active, and the gateway is told before the answer goes out. The last active administrator stays
 * (`last_administrator`).
 */
export const changeUser: Handler<'PUT /api/admin/users/{userId}'> = async (context, { params, body }) => {
  const { services, nowMs } = context;
  const { view, places } = await services.database.transaction(async (transaction) => {
    await lockAdministrators(transaction, context);
    const before = await requireAccount(transaction, params.userId);
    const state = body.state ?? before.state;
    const isInstanceAdmin = body.isInstanceAdmin ?? before.is_instance_admin === 1;
    await keepAnAdministrator(transaction, before, { staysOne: state === 'active' && isInstanceAdmin });
    const details = describeChange(before, { state, isInstanceAdmin });
    const changesState = state !== before.state;
    if (Object.keys(details).length > 0) {
      const change = { state, is_instance_admin: isInstanceAdmin ? 1 : 0, updated_at: nowMs } as const;
      await updateAccount(transaction, params.userId, change);
      if (state === 'disabled') await endAllSessions(transaction, { userId: params.userId, nowMs });
      await recordOnAccount(transaction, context, { action: 'account.changed', account: before, details });
    }
    return {
      view: viewAccount(await requireAccount(transaction, params.userId)),
      places: changesState ? await listPlaces(transaction, params.userId) : [],
    };
  });
  for (const { id } of places) await services.changes.announce(id);
  return view;
};

function describeChange(before: AccountRow, after: { state: string; isInstanceAdmin: boolean }) {
  const wasAdmin = before.is_instance_admin === 1;
  return {
    ...(after.state === before.state ? {} : { stateBefore: before.state, state: after.state }),
    ...(after.isInstanceAdmin === wasAdmin
      ? {}
      : { isInstanceAdminBefore: wasAdmin, isInstanceAdmin: after.isInstanceAdmin }),
  };
}

/** A link to hand over: whoever administers the instance never chooses, nor learns, the password of somebody else. */
export const resetUser: Handler<'POST /api/admin/users/{userId}/reset'> = async (context, { params }) =>
  startReset(context, params.userId);

export const removeFactorsOfUser: Handler<'DELETE /api/admin/users/{userId}/second-factors'> = async (
  context,
  { params },
) => {
  const owner = await context.services.database.transaction(async (transaction) => {
    const account = await requireAccount(transaction, params.userId);
    await removeSecondFactors(transaction, params.userId);
    // What was signed in with the lost factor may be in other hands.
    await endAllSessions(transaction, { userId: params.userId, nowMs: context.nowMs });
    await recordOnAccount(transaction, context, { action: 'account.second_factors_removed', account });
    return account;
  });
  tellOwner(context, owner, { kind: 'secondFactorsRemoved' });
  return undefined;
};

export const signOutUser: Handler<'POST /api/admin/users/{userId}/sign-out'> = async (context, { params }) => {
  await context.services.database.transaction(async (transaction) => {
    const account = await requireAccount(transaction, params.userId);
    await endAllSessions(transaction, { userId: params.userId, nowMs: context.nowMs });
    await recordOnAccount(transaction, context, { action: 'account.sessions_ended', account });
  });
  return undefined;
};

/** The account, or `not_found`. */
export async function requireAccount(transaction: Transaction, id: UserId): Promise<AccountRow> {
  const account = await findAccount(transaction, id);
  if (account === undefined) throw new AppError('not_found');
  return account;
}

/** Writes down, in the trail of the instance, what an administrator did with an account. */
export async function recordOnAccount(
  transaction: Transaction,
  context: AccountContext,
  { action, account, details }: { action: AuditAction; account: AccountRow; details?: AuditEntry['details'] },
): Promise<void> {
  await recordAuditEvent(transaction, context, {
    action,
    actor: context.actor,
    target: { type: 'account', id: account.id, label: account.email_display },
    ...(details === undefined ? {} : { details }),
  });
}
