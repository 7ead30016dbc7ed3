import { z } from 'zod';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { isAllowed } from '../../contract/permissions.ts';
import type { Handler } from '../context.ts';
import type { NewRow } from '../database/schema.ts';
import { refusePassingOnMore } from '../groups/passed-on-access.ts';
import { AppError } from '../http-errors.ts';
import { newId } from '../ids.ts';
import { lockMembersAs } from '../members/standing.ts';
import { normaliseNetwork } from '../virtual-keys/ip-allow-list.ts';
import {
  deleteOldTokens,
  findTokenRow,
  insertToken,
  listTokenRows,
  revokeTokenRow,
  type ServiceTokenRow,
} from './service-accounts.store.ts';
import { findServiceAccount, recordAccount } from './service-accounts.ts';
import { describeServiceToken, makeServiceToken, showServiceToken } from './service-token-secret.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_MS_DEFAULT = 90 * DAY_MS;
/** Tokens of one account that work. */
const TOKENS_MAX = 20;
/** Of those that no longer work, so many are remembered. */
const DEAD_KEPT = 50;

type TokenView = OperationResult<Operations['POST /api/service-accounts/{id}/tokens']>['token'];

const Networks = z.array(z.string());

export const listServiceTokens: Handler<'GET /api/service-accounts/{id}/tokens'> = async (context, { params }) => {
  const { kysely } = context.services.database;
  const account = await findServiceAccount(kysely, context, params.id);
  const rows = await listTokenRows(kysely, { workspaceId: context.workspace.id, id: account.id });
  return { items: rows.map((row) => toView(row, context.nowMs)), nextCursor: null };
};

function toView(row: ServiceTokenRow, nowMs: number): TokenView {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: row.id,
    name: row.name,
    preview: row.preview,
    state: stateOf(row, nowMs),
    ipAllowList: row.ip_allow_list === null ? null : Networks.parse(JSON.parse(row.ip_allow_list)),
    expiresAt: time(row.expires_at),
    createdBy: row.creator_name,
    createdAt: new Date(row.created_at).toISOString(),
    lastUsedAt: time(row.last_used_at),
    revokedAt: time(row.revoked_at),
  };
}

function stateOf(row: ServiceTokenRow, nowMs: number): TokenView['state'] {
  if (row.revoked_at !== null) return 'revoked';
  if (row.expires_at !== null && row.expires_at <= nowMs) return 'expired';
  const { issuer_role: role, issuer_state, issuer_user_state } = row;
  const isBacked = role !== null && isAllowed('service-account:edit', role, null);
  return isBacked && issuer_state === 'active' && issuer_user_state === 'active' ? 'active' : 'suspended';
}

/**
 * Issues a token. Whoever has it reaches what the account reaches, so who may not copy what the account may is refused
 * (`forbidden`). What the account is granted later it copies by this token only as far as the issuer may copy it.
 */
export const createServiceToken: Handler<'POST /api/service-accounts/{id}/tokens'> = async (
  context,
  { params, body },
) => {
  const { services, workspace, user, nowMs } = context;
  const secret = makeServiceToken();
  const tokenId = newId('ServiceToken', nowMs);
  const place = { workspaceId: workspace.id, id: params.id };
  return services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'service-account:edit');
    const account = await findServiceAccount(transaction, context, params.id);
    if (account.may_copy === 1)
      await refusePassingOnMore(transaction, context, { kind: 'serviceAccount', id: params.id });
    if (Number(account.active_tokens) >= TOKENS_MAX) throw new AppError('too_many_objects');
    const row: NewRow<'service_tokens'> = {
      id: tokenId,
      workspace_id: workspace.id,
      service_account_id: account.id,
      name: body.name,
      ...describeServiceToken(secret),
      ip_allow_list: networksColumn(body.ipAllowList),
      expires_at: expiryOf(body.expiresAt, nowMs),
      created_by: user.id,
      created_at: nowMs,
      last_used_at: null,
      revoked_at: null,
    };
    await deleteOldTokens(transaction, { ...place, kept: DEAD_KEPT, nowMs });
    await insertToken(transaction, row);
    await recordAccount(transaction, context, {
      action: 'service_token.created',
      row: account,
      details: { tokenId, name: body.name },
    });
    const made = await findTokenRow(transaction, { ...place, tokenId });
    if (made === undefined) throw new AppError('internal');
    return { token: toView(made, nowMs), secret: showServiceToken(secret) };
  });
};

function expiryOf(given: string | null | undefined, nowMs: number): number | null {
  if (given === undefined) return nowMs + LIFE_MS_DEFAULT;
  if (given === null) return null;
  const expiresMs = Date.parse(given);
  if (expiresMs > nowMs) return expiresMs;
  throw new AppError('invalid_input', { details: [{ path: 'expiresAt', message: 'must be in the future' }] });
}

function networksColumn(given: readonly string[] | null | undefined): string | null {
  if (given === undefined || given === null) return null;
  const networks = given.map((text) => {
    const network = normaliseNetwork(text);
    if (network !== null) return network;
    throw new AppError('invalid_input', { details: [{ path: 'ipAllowList', message: 'has no valid network' }] });
  });
  return JSON.stringify([...new Set(networks)]);
}

export const revokeServiceToken: Handler<'DELETE /api/service-accounts/{id}/tokens/{tokenId}'> = async (
  context,
  { params },
) => {
  const { services, workspace, nowMs } = context;
  await services.database.transaction(async (transaction) => {
    await lockMembersAs(transaction, context, 'service-account:edit');
    const account = await findServiceAccount(transaction, context, params.id);
    const which = { workspaceId: workspace.id, id: account.id, tokenId: params.tokenId };
    const row = await findTokenRow(transaction, which);
    if (row === undefined) throw new AppError('not_found');
    // Revoking once more changes nothing, so a retried call is harmless.
    if (row.revoked_at !== null) return;
    await revokeTokenRow(transaction, { tokenId: row.id, nowMs });
    const details = { tokenId: row.id, name: row.name };
    await recordAccount(transaction, context, { action: 'service_token.revoked', row: account, details });
  });
  return undefined;
};
