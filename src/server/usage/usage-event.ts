import type { CallerId, CredentialId, UsageEventId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Outcome, UsageState } from '../../contract/vocabulary.ts';
import type { BillingLine } from '../../providers/usage/usage-reading.ts';
import type { UnitPrices } from '../prices/unit-prices.ts';

/**
 * What becomes of the cost of a call. `usage`: read from the reply. `free`: costs nothing by the providers' documents.
 * `unmetered`: may cost something that no reply tells; recorded so, and refused where money is limited. `refused`:
 * billed later or over another channel, so it is not passed on.
 */
export type Metering = 'usage' | 'free' | 'unmetered' | 'refused';

/**
 * Written to the journal before a call leaves for a provider. With the settle record that follows it makes the usage
 * event; alone, it is what is known of a call whose process died.
 */
export interface OpenRecord {
  readonly type: 'open';
  readonly id: UsageEventId;
  readonly workspaceId: WorkspaceId;
  /** Shared by the attempts of one request of a client. */
  readonly requestId: string;
  /** From 1. */
  readonly attempt: number;
  /** When the attempt began, ms UTC. */
  readonly timeMs: number;
  /** A dialect of the contract, or null on other interfaces of a provider. */
  readonly dialect: string | null;
  readonly endpoint: string;
  /** Absent from the journals of older versions, which charged every call alike. */
  readonly metering?: Metering;
  readonly provider: string;
  /** As the client asked for it. */
  readonly model: string | null;
  /** As the provider was asked for it. */
  readonly upstreamModel: string | null;
  readonly credentialId: CredentialId;
  readonly virtualKeyId: VirtualKeyId;
  readonly memberId: CallerId | null;
  readonly tool: string | null;
  readonly isStream: boolean;
  /** For the case that the process dies: what the call is taken to have used. */
  readonly estimatedInputTokens: number;
  readonly unitPrices: UnitPrices | null;
  /**
   * How the attempt ended. Only where the beginning is written down once more, because its request waits to be tried
   * elsewhere and it is not known yet whether it was the last one. If nothing follows, it was.
   */
  readonly ended?: SettleRecord;
}

/** Written when an attempt has ended, however it ended. */
export interface SettleRecord {
  readonly type: 'settle';
  readonly id: UsageEventId;
  readonly outcome: Outcome;
  /** The last attempt of its request: the one that counts as the request. */
  readonly isFinal: boolean;
  readonly httpStatus: number | null;
  /** Why the attempt failed, a code: a failure kind of the providers or an outbound error. */
  readonly errorCode: string | null;
  /** What the provider said, one bounded line without secrets. */
  readonly errorDetail: string | null;
  readonly servedModel: string | null;
  readonly lines: readonly BillingLine[];
  readonly usageState: UsageState;
  /** Null: unpriced. */
  readonly costNanoUsd: number | null;
  /** The prices that `costNanoUsd` was made with, one per line; null where a line has no price. */
  readonly unitPrices: readonly (UnitPrices | null)[];
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  readonly upstreamRequestId: string | null;
  readonly responseId: string | null;
}

export type JournalRecord = OpenRecord | SettleRecord;
