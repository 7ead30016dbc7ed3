// Builds dist/: the server, the command line, the web app and the API documentation. Everything is made in a folder of
// its own and takes the place of dist/ at the end, so a failed build leaves the previous one untouched.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeBuildStamp } from './bootstrap/build-stamp.mjs';
import { cacheDirectory, distDirectory } from './bootstrap/paths.mjs';
import { buildApiDocs } from './build/api-docs.ts';
import { bundlePrograms } from './build/bundle-programs.ts';
import { buildWeb } from './build/web.ts';

const swapAttemptsMax = 5;

async function build(): Promise<void> {
  const stamp = computeBuildStamp();
  const draft = join(cacheDirectory, `build-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await step('server and command line', () => bundlePrograms(draft));
    await step('web app', () => buildWeb(join(draft, 'web')));
    await step('API documentation and catalogue', () => buildApiDocs(draft));
    writeFileSync(join(draft, '.build-stamp'), stamp);
    replaceDist(draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Prints one line for the step: what it made and how long that took. */
async function step(name: string, work: () => Promise<string>): Promise<void> {
  const startedAt = Date.now();
  const made = await work();
  console.log(`  ${name}: ${made} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}

/** Two builds may end at the same moment; then the later one takes the place of the earlier. */
function replaceDist(draft: string): void {
  const previous = join(cacheDirectory, `dist-before-${process.pid}`);
  for (let attempt = 1; attempt <= swapAttemptsMax; attempt += 1) {
    rmSync(previous, { recursive: true, force: true });
    try {
      renameIfPresent(distDirectory, previous);
      renameSync(draft, distDirectory);
      break;
    } catch (error) {
      if (attempt === swapAttemptsMax) throw error;
    }
  }
  rmSync(previous, { recursive: true, force: true });
}

function renameIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

await build().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
