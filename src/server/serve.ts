import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { assets, readVersion } from './assets.ts';
import { settleBackground } from './background.ts';
import { createChanges } from './changes.ts';
import { type Config, isPrivateToThisComputer } from './config.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { createHealth, type Health } from './gateway/health.ts';
import { openGateway } from './gateway/open-gateway.ts';
import { RUNNING_CALLS_MS_MAX } from './graceful-stop.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createHttpServer } from './http.ts';
import { createLimits } from './limits/limits.ts';
import { createMailer } from './mail/mailer.ts';
import { createModelCatalogue } from './models/catalogue.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { createPriceBook } from './prices/price-book.ts';
import type { KeyHealth, Services } from './services.ts';
import { createAccessTokens } from './sessions/access-token.ts';
import { StartupError } from './startup-error.ts';
import { createThrottles } from './throttle.ts';
import { openUsageRecorder } from './usage/usage-recorder.ts';
import { loadMasterKeys } from './vault/master-key.ts';
import { openVault } from './vault/vault.ts';

export interface RunningServer {
  /** Where it listens, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly services: Services;
  /** Stops taking calls, lets running ones end (10 s unless given), then closes the database. */
  close(options?: { runningCallsMsMax?: number }): Promise<void>;
}

/**
 * Starts everything in the order that keeps data safe: the master key must open this database before a single table is
 * changed, and nobody is served before both are ready. Throws StartupError, with nothing left open.
 */
export async function serve(config: Config, log: Logger): Promise<RunningServer> {
  for (const name of config.unusedVariables) log.warn({ name }, `${name} is set, but this version does not use it yet`);
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
    const catalogue = createModelCatalogue(assets.catalog);
    const health = createHealth();
    const usage = await openUsageRecorder({ config, log });
    const services: Services = {
      config,
      version: readVersion(),
      log,
      database,
      vault,
      outbound,
      mail: createMailer({ database, vault }, log),
      accessTokens: createAccessTokens(signingSecret(config, vault.subkey('access-token'))),
      throttles: createThrottles(),
      catalogue,
      changes: createChanges(),
      limits: createLimits(),
      prices: createPriceBook(catalogue),
      usage,
      keyHealth: keyHealthOf(health),
      setupToken: isPrivateToThisComputer(config) ? null : randomBytes(15).toString('base64url'),
    };
    const { gateway, app, stop } = await openFront(services, health);
    const url = await app.listen({ host: config.host, port: config.port }).catch(async (cause: unknown) => {
      await app.close();
      await usage.close();
      await outbound.close();
      throw listenError(config, cause);
    });
    const stopHousekeeping = startHousekeeping(services);
    return {
      url,
      services,
      async close(options = {}) {
        // Destroyed at the latest when nothing runs any more: what is left then are idle connections.
        const abortOutside = (): Promise<void> => {
          gateway.abort();
          return outbound.dispatcher.destroy();
        };
        const gatewayStopped = gateway.stop(options.runningCallsMsMax ?? RUNNING_CALLS_MS_MAX);
        await stop({ ...options, abortOutside: () => void abortOutside() });
        await gatewayStopped;
        await stopHousekeeping();
        await settleBackground();
        await abortOutside();
        // Every call has been settled by now, so the journal is complete.
        await usage.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The gateway and the HTTP server. What was opened before them is closed when one of them cannot be made. */
async function openFront(services: Services, health: Health) {
  try {
    const gateway = await openGateway(services, health);
    return { gateway, ...(await createHttpServer(services, gateway)) };
  } catch (error) {
    await services.usage.close();
    await services.outbound.close();
    throw error;
  }
}

function keyHealthOf(health: Health): KeyHealth {
  return {
    resting(workspaceId) {
      const monotonicMs = performance.now();
      const nowMs = Date.now();
      return health.resting(workspaceId, monotonicMs).map((rest) => ({
        ...rest,
        untilMs: Math.round(nowMs + rest.untilMs - monotonicMs),
      }));
    },
  };
}

/** Says in one sentence why the server cannot listen where it should. */
export function listenError({ host, port }: Pick<Config, 'host' | 'port'>, cause: unknown): StartupError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const [problem, remedy] =
    code === 'EADDRINUSE'
      ? ['another program listens there already', 'Stop it, or set PORT to a free port.']
      : code === 'EACCES'
        ? ['this user may not', 'Set PORT to 1024 or above.']
        : [detail, 'Set HOST and PORT to an address of this computer.'];
  return new StartupError('address_unusable', `Cannot listen on ${host}:${port}: ${problem}. ${remedy}`, { cause });
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
