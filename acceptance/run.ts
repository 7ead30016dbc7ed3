// The acceptance test of the SDKs: installs them if they are not there, and runs sdks.test.ts against the gateway
// (ACCEPTANCE_TARGET=fake: against the fake provider). Where the registry cannot be reached it says so and is skipped.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm, say } from './npm.ts';

const directory = import.meta.dirname;
const stampPath = join(directory, 'node_modules', '.install-stamp');

/** What node_modules was installed from. */
function lockfileDigest(): string {
  return createHash('sha256')
    .update(readFileSync(join(directory, 'package-lock.json')))
    .digest('hex');
}

function isInstalled(): boolean {
  try {
    return readFileSync(stampPath, 'utf8') === lockfileDigest();
  } catch {
    return false;
  }
}

async function install(): Promise<boolean> {
  const startedAt = Date.now();
  if ((await runNpm(directory, ['ci'])) === 'unreachable') return false;
  writeFileSync(stampPath, lockfileDigest());
  say(`SDKs installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
  return true;
}

async function run(): Promise<void> {
  if (!isInstalled() && !(await install())) {
    say('Skipped: the SDKs are not installed and the npm registry cannot be reached.');
    say('0 passed, 0 failed, 1 skipped');
    return;
  }
  const root = join(directory, '..');
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(directory, 'vitest.config.ts')];
  const typescript = join(root, 'node_modules/typescript/bin/tsc');
  // The clients must compile with the types of both generations.
  const codes = [
    await runNode([typescript, '-p', join(directory, 'tsconfig.json')]),
    await runNode([typescript, '-p', join(directory, 'tsconfig.earlier.json')]),
    await runNode([...vitest, ...process.argv.slice(2)]),
  ];
  process.exitCode = codes.some((code) => code !== 0) ? 1 : 0;
}

function runNode(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code ?? 1));
  });
}

await run();
