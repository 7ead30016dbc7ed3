import type { Handler } from '../context.ts';
import { findVirtualKey, lockForChange, refuseAboveSelf } from './find-virtual-key.ts';
import { describeSecret, makeVirtualKeySecret } from './virtual-key-secret.ts';
import { viewVirtualKey } from './virtual-key-view.ts';
import { updateVirtualKey } from './virtual-keys.store.ts';
import { recordChange } from './virtual-keys.ts';

/**
 * Only one earlier secret is kept: rotating again while it still works ends it at once. The new one speaks for the owner,
 * so nobody rotates what belongs to a role above theirs (`forbidden`).
 */
export const rotateVirtualKey: Handler<'POST /api/virtual-keys/{id}/rotate'> = async (context, { params, body }) => {
  const { nowMs } = context;
  const { graceSeconds } = body;
  const secret = makeVirtualKeySecret();
  return context.services.database.transaction(async (transaction) => {
    const row = await lockForChange(context, params.id, transaction);
    if (row.owner_id !== null) await refuseAboveSelf(context, row.owner_id, transaction);
    const previous =
      graceSeconds === 0
        ? { previous_hash: null, previous_until: null, previous_seen_by: null }
        : {
            previous_hash: row.secret_hash,
            previous_until: nowMs + graceSeconds * 1000,
            previous_seen_by: row.secret_seen_by,
          };
    await updateVirtualKey(transaction, row.id, {
      ...describeSecret(secret),
      ...previous,
      secret_seen_by: context.user.id,
      updated_at: nowMs,
    });
    await recordChange(transaction, context, { action: 'virtual_key.rotated', row, details: { graceSeconds } });
    const rotated = await findVirtualKey(context, row.id, transaction);
    return { virtualKey: await viewVirtualKey(context, rotated, transaction), secret: secret.reveal() };
  });
};
