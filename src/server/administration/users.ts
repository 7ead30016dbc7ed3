import type { UserId } from '../../contract/ids.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { hasPassword } from '../accounts/password.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { brand } from '../ids.ts';
import { type AccountRow, listAccounts } from './users.store.ts';

type AdminUser = OperationResult<Operations['PUT /api/admin/users/{userId}']>;

export const listUsers: Handler<'GET /api/admin/users'> = async ({ services }, { query }) => {
  const rows = await listAccounts(services.database.kysely, {
    text: query.q === '' ? undefined : query.q,
    state: query.state,
    before: parseCursor(query.cursor),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(viewAccount),
    nextCursor: last === undefined ? null : `${last.created_at}.${last.id}`,
  };
};

function parseCursor(cursor: string | undefined): { createdAt: number; id: UserId } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.(usr_[0-9a-z]{26})$/.exec(cursor);
  if (match === null) {
    throw new AppError('invalid_input', { details: [{ path: 'cursor', message: 'is not one that a list gave' }] });
  }
  const [, createdAt, id = ''] = match;
  return { createdAt: Number(createdAt), id: brand<'User'>(id) };
}

/** An account as administrators see it: how it signs in, and nothing of what is kept in it. */
export function viewAccount(row: AccountRow): AdminUser {
  return {
    id: row.id,
    email: row.email_display,
    name: row.name,
    state: row.state,
    isInstanceAdmin: row.is_instance_admin === 1,
    emailVerified: row.email_verified_at !== null,
    createdAt: new Date(row.created_at).toISOString(),
    lastSignInAt: row.last_sign_in_at === null ? null : new Date(row.last_sign_in_at).toISOString(),
    hasPassword: hasPassword(row),
    totp: Number(row.totp) > 0,
    passkeys: Number(row.passkeys),
    identities: Number(row.identities),
    teams: Number(row.teams),
  };
}
