import type { Logger } from 'pino';
import type { CredentialId, WorkspaceId } from '../contract/ids.ts';
import type { Changes } from './changes.ts';
import type { Config } from './config.ts';
import type { Database } from './database/open.ts';
import type { Limits } from './limits/limits.ts';
import type { Mailer } from './mail/mailer.ts';
import type { ModelCatalogue } from './models/catalogue.ts';
import type { Outbound } from './outbound.ts';
import type { PriceBook } from './prices/price-book.ts';
import type { AccessTokens } from './sessions/access-token.ts';
import type { Throttles } from './throttle.ts';
import type { UsageRecorder } from './usage/usage-recorder.ts';
import type { Vault } from './vault/vault.ts';

/** The parts that live as long as the process; handlers receive them with every call. */
export interface Services {
  readonly config: Config;
  readonly version: string;
  readonly log: Logger;
  readonly database: Database;
  readonly vault: Vault;
  readonly outbound: Outbound;
  readonly mail: Mailer;
  readonly accessTokens: AccessTokens;
  readonly throttles: Throttles;
  readonly catalogue: ModelCatalogue;
  readonly changes: Changes;
  readonly limits: Limits;
  readonly prices: PriceBook;
  readonly usage: UsageRecorder;
  /** The gateway says which credentials it leaves alone for now. */
  readonly keyHealth: KeyHealth;
  /** Asked for the first account when others than this computer can reach the server; null when not needed. */
  readonly setupToken: string | null;
}

export interface KeyHealth {
  /** `untilMs` in ms UTC. */
  resting: (workspaceId: WorkspaceId) => readonly {
    readonly credentialId: CredentialId;
    readonly reason: string;
    readonly untilMs: number;
    readonly failures: number;
  }[];
}
