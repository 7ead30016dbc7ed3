import { isFirstAccountMissing } from './accounts/accounts.ts';
import { readConfig } from './config.ts';
import { STOP_MS_MAX } from './graceful-stop.ts';
import { createLog } from './log.ts';
import { serve } from './serve.ts';
import { StartupError } from './startup-error.ts';

/** Runs the server until it is told to stop. Exit codes: 0 stopped, 69 or 78 could not start (see startup-error.ts). */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const server = await serve(config, log);
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping: running calls may end');
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    await server.close();
    process.exit(0);
  };
  process.on('SIGINT', (signal) => void stop(signal));
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('unhandledRejection', (error) => {
    log.fatal({ error }, 'a failure nobody handled; stopping so that nothing goes on half done');
    process.exit(1);
  });
  const { services } = server;
  process.stdout.write(`\nAPI Key Manager ${services.version} is ready: ${server.url}\n`);
  if (services.setupToken !== null && (await isFirstAccountMissing({ services }))) {
    process.stdout.write(`The first account needs this set-up token: ${services.setupToken}\n`);
  }
}

main().catch((error: unknown) => {
  const isExpected = error instanceof StartupError;
  process.stderr.write(isExpected ? `\n${error.message}\n` : `\nThe server could not start: ${String(error)}\n`);
  process.exit(isExpected ? error.exitCode : 1);
});
