import type { ServiceTokenId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

/** A token that is neither revoked nor past its end, of a service account that is not disabled, and how its issuer stands. */
export async function findLiveToken(database: DatabaseHandle, tokenHash: string, nowMs: number) {
  return database
    .selectFrom('service_tokens')
    .innerJoin('service_accounts', 'service_accounts.id', 'service_tokens.service_account_id')
    .innerJoin('users', 'users.id', 'service_tokens.created_by')
    .innerJoin('members', (join) =>
      join
        .onRef('members.workspace_id', '=', 'service_tokens.workspace_id')
        .onRef('members.user_id', '=', 'service_tokens.created_by'),
    )
    .select([
      'service_tokens.id',
      'service_tokens.workspace_id',
      'service_tokens.ip_allow_list',
      'service_tokens.last_used_at',
      'service_accounts.id as account_id',
      'service_accounts.name',
      'service_accounts.may_copy',
      'members.user_id as issuer_id',
      'members.role as issuer_role',
    ])
    .where('members.state', '=', 'active')
    .where('users.state', '=', 'active')
    .where('service_tokens.token_hash', '=', tokenHash)
    .where('service_tokens.revoked_at', 'is', null)
    .where((where) =>
      where.or([where('service_tokens.expires_at', 'is', null), where('service_tokens.expires_at', '>', nowMs)]),
    )
    .where('service_accounts.state', '=', 'active')
    .executeTakeFirst();
}

export async function touchToken(database: DatabaseHandle, id: ServiceTokenId, nowMs: number): Promise<void> {
  await database.updateTable('service_tokens').set({ last_used_at: nowMs }).where('id', '=', id).execute();
}
