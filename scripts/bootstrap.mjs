// The one entry of every npm script: makes sure that the dependencies are installed, that a new enough Node runs,
// and (where the command needs it) that the product is built; then it becomes the command.
// Plain JavaScript with Node's own modules only, because it runs before anything is installed, on Node 18 or later.
import process from 'node:process';
import { become } from './bootstrap/become.mjs';
import { ensureBuilt } from './bootstrap/build.mjs';
import { environmentForChildren, findNode } from './bootstrap/find-node.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { BootstrapError, say } from './bootstrap/messages.mjs';
import { startedByNpm } from './bootstrap/tie.mjs';

/** @type {Record<string, { run: string[], built?: boolean }>} */
const commands = {
  // Calls leave little behind that lives long, so a larger nursery (MB) only costs memory.
  start: { run: ['--max-semi-space-size=8', 'dist/server.js'], built: true },
  'verify-audit': { run: ['dist/verify-audit.js'], built: true },
  dev: { run: ['scripts/dev.ts'] },
  build: { run: ['scripts/build.ts'] },
  check: { run: ['scripts/check.ts'] },
  format: { run: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'] },
  generate: { run: ['scripts/generate-reference.ts'] },
  lockfile: { run: ['scripts/complete-lockfile.ts'] },
  catalog: { run: ['scripts/catalog/generate.ts'] },
  test: { run: ['node_modules/vitest/vitest.mjs', 'run'] },
  e2e: { run: ['node_modules/@playwright/test/cli.js', 'test'], built: true },
  screenshots: { run: ['scripts/screenshots.ts'], built: true },
  bench: { run: ['benchmarks/main.ts'], built: true },
  'bench:gateway': { run: ['benchmarks/gateway/main.ts'], built: true },
  acceptance: { run: ['acceptance/run.ts'] },
  'acceptance:tools': { run: ['acceptance/tools.ts'] },
};

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) {
    throw new BootstrapError(`Unknown command '${name}'. Use one of: ${Object.keys(commands).join(', ')}.`);
  }
  if (startedByNpm) await import('./bootstrap/end-with-parent.cjs');
  await ensureInstalled();
  const node = findNode();
  const environment = environmentForChildren(node);
  if (command.built) await ensureBuilt(node, environment);
  await become(node, [...command.run, ...args], environment);
}

main().catch((error) => {
  if (!(error instanceof BootstrapError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
});
