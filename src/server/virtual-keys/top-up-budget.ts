import type { Handler } from '../context.ts';
import { withTopUp } from './budgets.ts';
import { findVirtualKey, lockForChange } from './find-virtual-key.ts';
import { viewVirtualKey } from './virtual-key-view.ts';
import { updateVirtualKey } from './virtual-keys.store.ts';
import { recordChange } from './virtual-keys.ts';

export const topUpBudget: Handler<'POST /api/virtual-keys/{id}/top-up'> = async (context, { params, body }) => {
  const { services, nowMs } = context;
  return services.database.transaction(async (transaction) => {
    const row = await lockForChange(context, params.id, transaction);
    const budgets = withTopUp(row, { ...body, nowMs });
    await updateVirtualKey(transaction, row.id, { budgets, updated_at: nowMs });
    const details = { period: body.period, usd: body.usd };
    await recordChange(transaction, context, { action: 'virtual_key.topped_up', row, details });
    const changed = await findVirtualKey(context, row.id, transaction);
    return viewVirtualKey(context, changed, transaction);
  });
};
