// Everything that can be said about the code without running the product: one line per check, all of them even when one
// fails, and the full output of those that failed.
import { spawn } from 'node:child_process';
import { rootDirectory } from './bootstrap/paths.mjs';

const checks: Record<string, string[]> = {
  'types: server, command line, scripts': ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  'types: web': ['node_modules/typescript/bin/tsc', '-p', 'src/web'],
  'format and lint (biome)': ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  'lint with types (oxlint)': ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '.'],
  'unused code (knip)': ['node_modules/knip/bin/knip.js', '--no-progress'],
  'generated files': ['scripts/generate-reference.ts', '--check'],
  'model catalogue': ['scripts/catalog/generate.ts', '--check'],
  'package-lock.json': ['scripts/complete-lockfile.ts', '--check'],
  'import rules': ['node_modules/vitest/vitest.mjs', 'run', 'src/testing/architecture.test.ts'],
};

async function runChecks(): Promise<void> {
  const failed: string[] = [];
  for (const [name, args] of Object.entries(checks)) {
    const startedAt = Date.now();
    const { ok, output } = await runNode(args);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
    if (ok) continue;
    failed.push(name);
    console.log(`${output.trimEnd()}\n`);
  }
  console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join('; ')}.`);
  if (failed.length > 0) process.exitCode = 1;
}

function runNode(args: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: rootDirectory, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

await runChecks();
