import { parseArgs } from 'node:util';
import { type ChainResult, describeResult, verifyOffline } from './audit-events/verify-offline.ts';
import { readConfig } from './config.ts';
import { StartupError } from './startup-error.ts';

const EXIT_INTACT = 0;
const EXIT_FAULTS = 1;
const EXIT_UNCHECKED = 2;

const usage = `Walks the audit trail and names every place that is not as it was written.

npm run verify-audit -- [--workspace <id>] [--json]

It reads the database and the encryption key of the same variables as the server, which may run meanwhile.
Exit codes: 0 intact, 1 faults, 2 could not be checked.
`;

/** Prints what every chain of the database gave, and resolves to the exit code. */
async function main(): Promise<number> {
  const { workspace, json, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return EXIT_INTACT;
  }
  const results: ChainResult[] = [];
  for await (const result of verifyOffline(readConfig(), workspace)) {
    results.push(result);
    if (!json) process.stdout.write(`${describeResult(result)}\n`);
  }
  const exitCode = exitCodeOf(results);
  if (json) process.stdout.write(`${JSON.stringify({ isIntact: exitCode === EXIT_INTACT, chains: results })}\n`);
  return exitCode;
}

function readArguments() {
  const options = {
    workspace: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new StartupError('configuration_invalid', `${error instanceof Error ? error.message : ''}\n\n${usage}`);
  }
}

function exitCodeOf(results: readonly ChainResult[]): number {
  if (results.some((result) => 'report' in result && result.report.faults.length > 0)) return EXIT_FAULTS;
  return results.some((result) => 'problem' in result) ? EXIT_UNCHECKED : EXIT_INTACT;
}

process.exitCode = await main().catch((error: unknown) => {
  const reason = error instanceof StartupError ? error.message : String(error);
  process.stderr.write(`The audit trail could not be checked: ${reason}\n`);
  return EXIT_UNCHECKED;
});
