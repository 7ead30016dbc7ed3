import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext } from '../context.ts';
import type { DatabaseHandle, Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { personActor } from '../sessions/sessions.ts';
import { createPersonalWorkspace } from '../workspaces/workspaces.ts';
import { normaliseEmail } from './account-view.ts';
import { findUserByEmail, insertUser } from './accounts.store.ts';

export interface NewAccount {
  /** As people type it. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly isInstanceAdmin: boolean;
  readonly emailVerified: boolean;
}

/** Makes an account with its personal workspace. Throws `email_taken`. Who may have one, the caller has decided. */
export async function createAccount(
  transaction: Transaction,
  context: CallContext,
  account: NewAccount,
): Promise<Row<'users'>> {
  const row = await insertAccount(transaction, context, account);
  await recordRegistration(transaction, context, row);
  return row;
}

/**
 * As createAccount, for an account that joins a workspace in the same transaction: `recordRegistration` comes after that.
 * The trail of the instance is the last that a transaction writes, or two of them would wait for each other.
 */
export async function insertAccount(
  transaction: Transaction,
  context: CallContext,
  { email, name, passwordHash, isInstanceAdmin, emailVerified }: NewAccount,
): Promise<Row<'users'>> {
  const { nowMs } = context;
  const row = {
    id: newId('User', nowMs),
    email: normaliseEmail(email),
    email_display: email,
    name,
    password_hash: passwordHash,
    is_instance_admin: isInstanceAdmin ? 1 : 0,
    locale: null,
    theme: 'system',
    state: 'active',
    created_at: nowMs,
    updated_at: nowMs,
    last_sign_in_at: null,
    email_verified_at: emailVerified ? nowMs : null,
  } as const;
  if (!(await insertUser(transaction, row))) throw new AppError('email_taken');
  await createPersonalWorkspace(transaction, context, { userId: row.id, name });
  return row;
}

export async function recordRegistration(
  transaction: Transaction,
  context: CallContext,
  row: Pick<Row<'users'>, 'id' | 'email_display'>,
): Promise<void> {
  await recordAuditEvent(transaction, context, { action: 'account.registered', actor: personActor(row) });
}

/** Whether an account has this mailbox, however it is typed. */
export async function hasAccount(database: DatabaseHandle, email: string): Promise<boolean> {
  return (await findUserByEmail(database, normaliseEmail(email))) !== undefined;
}
