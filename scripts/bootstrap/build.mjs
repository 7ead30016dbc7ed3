import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeBuildStamp } from './build-stamp.mjs';
import { withLock } from './lock.mjs';
import { BootstrapError, say, secondsSince } from './messages.mjs';
import { cacheDirectory, distDirectory, rootDirectory } from './paths.mjs';
import { tiedToParent } from './tie.mjs';

/**
 * Builds dist/ when it is missing or was built from other sources. Throws a BootstrapError when the build fails; the
 * previous build is then still in place.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} environment
 */
export async function ensureBuilt(node, environment) {
  if (isBuilt()) return;
  await withLock(join(cacheDirectory, 'build.lock'), async () => {
    if (isBuilt()) return;
    const startedAt = Date.now();
    const reason = existsSync(distDirectory) ? 'The source changed' : 'First run';
    say(`${reason}: building the server and the web app (about half a minute) ...`);
    const code = await runBuild(node, environment);
    if (code !== 0) throw new BootstrapError('The build failed, see the lines above.');
    say(`Built in ${secondsSince(startedAt)} s.`);
  });
}

function isBuilt() {
  try {
    return readFileSync(join(distDirectory, '.build-stamp'), 'utf8') === computeBuildStamp();
  } catch {
    return false;
  }
}

/**
 * @param {string} node
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number | null>}
 */
function runBuild(node, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...tiedToParent, 'scripts/build.ts'], {
      cwd: rootDirectory,
      env: environment,
      stdio: ['ignore', 2, 2],
    });
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
