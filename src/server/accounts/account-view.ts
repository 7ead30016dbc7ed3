import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Row } from '../database/schema.ts';

type User = OperationReply<Operations['POST /api/register']>['user'];

/** One account per mailbox as people type it: case, white space and Unicode form do not make another one. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

export function toUser(row: Row<'users'>): User {
  return {
    id: row.id,
    email: row.email_display,
    name: row.name,
    isInstanceAdmin: row.is_instance_admin === 1,
    locale: row.locale,
    theme: row.theme,
    createdAt: new Date(row.created_at).toISOString(),
  };
}
