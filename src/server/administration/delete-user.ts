import { inBackground } from '../background.ts';
import type { AccountContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { endMembership } from '../members/end-membership.ts';
import { lockMembers } from '../members/standing.ts';
import { purgeDeletedWorkspaces } from '../workspaces/deleted-workspaces.ts';
import { findWorkspaceAs } from '../workspaces/workspaces.ts';
import { keepAnAdministrator, lockAdministrators } from './administrators.ts';
import { recordOnAccount, requireAccount } from './change-user.ts';
import {
  type AccountRow,
  abandonPersonalWorkspace,
  deleteAccount,
  listPlaces,
  lockAccount,
  type PlaceRow,
} from './users.store.ts';

/**
 * Deletes an account for good: every team is left as if the person had been removed there, with its own audit events, and
 * the personal workspace is purged with its keys, usage and data key. The audit trails stay. Locks are taken in the order of
 * everybody else: the members of every place, the account, and the trails with that of the instance last.
 */
export const deleteUser: Handler<'DELETE /api/admin/users/{userId}'> = async (context, { params }) => {
  const { services, nowMs } = context;
  const places = await services.database.transaction(async (transaction) => {
    await lockAdministrators(transaction, context);
    const account = await requireAccount(transaction, params.userId);
    await keepAnAdministrator(transaction, account, { staysOne: false });
    for (const { id } of await listPlaces(transaction, params.userId)) await lockMembers(transaction, id);
    if (!(await lockAccount(transaction, params.userId))) throw new AppError('not_found');
    const all = await listPlaces(transaction, params.userId);
    for (const place of all) await leavePlace(transaction, context, { account, place });
    const teams = all.filter(({ kind }) => kind === 'team').length;
    await deleteAccount(transaction, params.userId);
    await recordOnAccount(transaction, context, { action: 'account.deleted', account, details: { teams } });
    return all;
  });
  for (const { id } of places) await services.changes.announce(id);
  // Nobody can open it any more. What a stop of the server interrupts here, housekeeping takes up again.
  inBackground(services.log, 'purging a personal workspace', async () => {
    await purgeDeletedWorkspaces(services, nowMs);
  });
  return undefined;
};

async function leavePlace(
  transaction: Transaction,
  context: AccountContext,
  { account, place }: { account: AccountRow; place: PlaceRow },
): Promise<void> {
  if (place.kind === 'personal') {
    await abandonPersonalWorkspace(transaction, { id: place.id, nowMs: context.nowMs });
    return;
  }
  // The membership in a workspace that is deleted goes with the account.
  if (place.deleted_at !== null) return;
  await lockMembers(transaction, place.id);
  await endMembership(transaction, context, {
    workspace: await findWorkspaceAs(transaction, place),
    userId: account.id,
    standing: place,
    label: account.email_display,
    action: 'member.removed',
  }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'last_owner') throw error;
    // Administrators may know the name of a workspace; what is in it they do not see.
    const message = `This person is the only owner of the workspace '${place.name}'. Have it handed over or deleted first.`;
    throw new AppError('last_owner', { message, details: { workspaceId: place.id } });
  });
}
