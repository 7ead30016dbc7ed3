import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { RowChange } from '../database/schema.ts';
import { updateCredentialsOf } from './credentials.store.ts';

/** What is known of a secret ends with the secret, or with the host it was tested on. */
export const untested = {
  status: 'untested',
  status_reason: null,
  status_detail: null,
  last_tested_at: null,
  models_count: null,
  balance_amount: null,
  balance_currency: null,
  balance_at: null,
} as const satisfies RowChange<'credentials'>;

/** Forgets what tests found of a provider's credentials, because its address has changed. */
export async function forgetTestsOf(
  transaction: DatabaseHandle,
  which: { workspaceId: WorkspaceId; provider: string },
): Promise<void> {
  await updateCredentialsOf(transaction, which, untested);
}
