import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { assets, readVersion } from './assets.ts';
import { type Config, isPrivateToThisComputer } from './config.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { prepareGracefulStop } from './graceful-stop.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createHttpServer } from './http.ts';
import { createModelCatalogue } from './models/catalogue.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import type { Services } from './services.ts';
import { createAccessTokens } from './sessions/access-token.ts';
import { StartupError } from './startup-error.ts';
import { createThrottles } from './throttle.ts';
import { loadMasterKeys } from './vault/master-key.ts';
import { openVault } from './vault/vault.ts';

export interface RunningServer {
  /** Where it listens, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly services: Services;
  /** Stops taking calls, lets running ones end, then closes the database. */
  close(): Promise<void>;
}

/**
 * Starts everything in the order that keeps data safe: the master key must open this database before a single table is
 * changed, and nobody is served before both are ready. Throws StartupError, with nothing left open.
 */
export async function serve(config: Config, log: Logger): Promise<RunningServer> {
  const database = await openDatabase(config);
  try {
    const masterKeys = await loadMasterKeys({ ...config, database });
    if (masterKeys.source === 'generated') {
      log.warn(
        { masterKeyId: masterKeys.primaryId, file: masterKeys.file },
        'made a new encryption key: back this file up',
      );
    }
    await migrate(database);
    const vault = await openVault({ database, masterKeys });
    const outbound = openOutbound(config);
    const services: Services = {
      config,
      version: readVersion(),
      log,
      database,
      vault,
      outbound,
      accessTokens: createAccessTokens(signingSecret(config, vault.subkey('access-token'))),
      throttles: createThrottles(),
      catalogue: createModelCatalogue(assets.catalog),
      setupToken: isPrivateToThisComputer(config) ? null : randomBytes(15).toString('base64url'),
    };
    const app = await createHttpServer(services);
    const stopCalls = prepareGracefulStop(app);
    const url = await app.listen({ host: config.host, port: config.port }).catch((cause: unknown) => {
      throw new StartupError(
        'address_in_use',
        `Cannot listen on ${config.host}:${config.port}: ${cause instanceof Error ? cause.message : String(cause)}. Set HOST or PORT to a free address.`,
        { cause },
      );
    });
    const stopHousekeeping = startHousekeeping(services);
    return {
      url,
      services,
      async close() {
        await stopCalls();
        await stopHousekeeping();
        await outbound.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openOutbound(config: Config): Outbound {
  try {
    return createOutbound({ allowPrivate: config.upstreamAllowPrivate });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError('configuration_invalid', `UPSTREAM_ALLOW_PRIVATE: ${problem}`, { cause });
  }
}

function signingSecret(config: Config, fallback: Buffer): Uint8Array {
  return config.secretKey === undefined ? fallback : Buffer.from(config.secretKey.reveal(), 'utf8');
}
