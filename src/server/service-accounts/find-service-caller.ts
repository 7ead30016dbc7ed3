import { z } from 'zod';
import type { WorkspaceId } from '../../contract/ids.ts';
import { isAllowed } from '../../contract/permissions.ts';
import { matchAddresses } from '../address-list.ts';
import type { Actor, CallContext } from '../context.ts';
import { hashServiceToken, isWellFormedServiceToken } from './service-token-secret.ts';
import { findLiveToken, touchToken } from './service-tokens.store.ts';

const TOUCH_EVERY_MS = 60 * 1000;
const Networks = z.array(z.string());

interface ServiceCaller {
  actor: Actor;
  workspaceId: WorkspaceId;
  /** Whether a grant may let it obtain secrets. */
  mayCopy: boolean;
}

/**
 * The service account whose token this is, or null. Asked of the database on every call, so revoking works at once. A token
 * works while who issued it could issue it: it rests while they are disabled or no longer have to do with programs.
 */
export async function findServiceCaller(context: CallContext, token: string): Promise<ServiceCaller | null> {
  if (!isWellFormedServiceToken(token)) return null;
  const database = context.services.database.kysely;
  const found = await findLiveToken(database, hashServiceToken(token), context.nowMs);
  if (found === undefined || !isAllowed('service-account:edit', found.issuer_role, null)) return null;
  const networks = found.ip_allow_list === null ? null : Networks.parse(JSON.parse(found.ip_allow_list));
  if (!matchAddresses(networks)(context.ip)) return null;
  if (context.nowMs - (found.last_used_at ?? 0) > TOUCH_EVERY_MS) await touchToken(database, found.id, context.nowMs);
  return {
    actor: {
      kind: 'service_account',
      id: found.account_id,
      label: found.name,
      issuer: { id: found.issuer_id, role: found.issuer_role },
    },
    workspaceId: found.workspace_id,
    mayCopy: found.may_copy === 1,
  };
}
