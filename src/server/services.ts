import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Database } from './database/open.ts';
import type { ModelCatalogue } from './models/catalogue.ts';
import type { Outbound } from './outbound.ts';
import type { AccessTokens } from './sessions/access-token.ts';
import type { Throttles } from './throttle.ts';
import type { Vault } from './vault/vault.ts';

/** The parts that live as long as the process; handlers receive them with every call. */
export interface Services {
  readonly config: Config;
  readonly version: string;
  readonly log: Logger;
  readonly database: Database;
  readonly vault: Vault;
  readonly outbound: Outbound;
  readonly accessTokens: AccessTokens;
  readonly throttles: Throttles;
  readonly catalogue: ModelCatalogue;
  /** Asked for the first account when others than this computer can reach the server; null when not needed. */
  readonly setupToken: string | null;
}
