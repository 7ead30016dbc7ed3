import type { ServiceTokenId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

/** A token that is neither revoked nor past its end, of a service account that is not disabled. */
export async function findLiveToken(database: DatabaseHandle, tokenHash: string, nowMs: number) {
  return database
    .selectFrom('service_tokens')
    .innerJoin('service_accounts', 'service_accounts.id', 'service_tokens.service_account_id')
    .select([
      'service_tokens.id',
      'service_tokens.workspace_id',
      'service_tokens.ip_allow_list',
      'service_tokens.last_used_at',
      'service_accounts.id as account_id',
      'service_accounts.name',
      'service_accounts.may_copy',
    ])
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
