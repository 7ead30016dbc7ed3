import { isHttpAddress } from '../address.ts';
import type { CredentialId, CredentialTest, ProviderSummary } from '../credential.ts';

export type RowState =
  | { kind: 'idle' }
  | { kind: 'testing' }
  | { kind: 'tested'; test: CredentialTest }
  | { kind: 'saving' }
  | { kind: 'saved'; id: CredentialId }
  | { kind: 'failed'; error: unknown; step: 'test' | 'save' };

/** One recognised key. Its secret is not here but in the table's own store, under the number. */
export interface SeveralRow {
  number: number;
  variable: string | null;
  preview: string;
  name: string;
  isNameOwn: boolean;
  providerId: string | null;
  baseUrl: string;
  state: RowState;
}

/** Whether a row has all it needs to be tested and saved. */
export function isComplete(row: SeveralRow, provider: ProviderSummary | undefined): boolean {
  if (provider === undefined || row.name.trim() === '') return false;
  return row.baseUrl === '' ? provider.baseUrl !== null : isHttpAddress(row.baseUrl);
}

export function isBusy(row: SeveralRow): boolean {
  return row.state.kind === 'testing' || row.state.kind === 'saving';
}
