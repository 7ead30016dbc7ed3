import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';

/** Keeps a provider of a workspace as it is until the transaction ends. Presets never change. */
export async function lockProvider(transaction: Transaction, id: string): Promise<void> {
  if (id.startsWith('cp_')) await lockUntilCommit(transaction, `provider ${id}`);
}
