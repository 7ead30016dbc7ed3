import type { AccountContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { type AccountRow, countOtherAdministrators, isActiveAdministrator } from './users.store.ts';

/**
 * Lets one change of who administers the instance past at a time. The caller may have lost the right since the call was
 * let in, and is then refused (`forbidden`).
 */
export async function lockAdministrators(transaction: Transaction, { user }: AccountContext): Promise<void> {
  await lockUntilCommit(transaction, 'administrators');
  if (!(await isActiveAdministrator(transaction, user.id))) throw new AppError('forbidden');
}

/** Refuses (`last_administrator`) a change after which nobody could administer the instance. Call it with the lock. */
export async function keepAnAdministrator(
  transaction: Transaction,
  account: AccountRow,
  { staysOne }: { staysOne: boolean },
): Promise<void> {
  const isOne = account.is_instance_admin === 1 && account.state === 'active';
  if (!isOne || staysOne) return;
  if ((await countOtherAdministrators(transaction, account.id)) === 0) throw new AppError('last_administrator');
}
