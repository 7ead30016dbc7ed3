import type { CallerId, CredentialId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Dialect, DisconnectPolicy } from '../../contract/vocabulary.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Address } from '../../providers/provider-request.ts';
import type { AddressMatcher } from '../address-list.ts';
import type { Row } from '../database/schema.ts';
import type { BudgetRule } from '../limits/budget-ledger.ts';

/** A credential as the hot path needs it. The secret stays sealed until the moment of use. */
export interface CredentialEntry {
  readonly id: CredentialId;
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly provider: Provider;
  readonly version: number;
  readonly envelope: string;
  /** The origins that the secret was given for. */
  readonly origins: ReadonlySet<string>;
  readonly isMoved: boolean;
  readonly expiresAtMs: number | null;
  readonly budget: BudgetRule | null;
  /** Where calls of a dialect go, or null where this credential cannot make them. */
  readonly addressOf: (dialect: Dialect | null) => Address | null;
}

export interface PoolMember {
  readonly credential: CredentialEntry;
  readonly priority: number;
  readonly weight: number;
}

export interface VirtualKeyEntry {
  readonly id: VirtualKeyId;
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly isPlayground: boolean;
  readonly ownerId: CallerId | null;
  readonly secretHash: string;
  readonly previous: { readonly hash: string; readonly untilMs: number } | null;
  readonly expiresAtMs: number | null;
  readonly pool: readonly PoolMember[];
  /** Null: every model. */
  readonly models: readonly string[] | null;
  readonly budgets: readonly BudgetRule[];
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrentMax: number | null;
  readonly isAddressAllowed: AddressMatcher;
  readonly blocksUnpriced: boolean;
  readonly onDisconnect: DisconnectPolicy;
}

export interface WorkspaceEntry {
  readonly id: WorkspaceId;
  readonly virtualKeys: readonly VirtualKeyEntry[];
  readonly credentials: ReadonlyMap<CredentialId, CredentialEntry>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly overrides: readonly Row<'price_overrides'>[];
  /** What providers listed themselves: `provider model`. */
  readonly listed: ReadonlySet<string>;
}
