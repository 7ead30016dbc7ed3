import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { usesMusl } from './find-node.mjs';
import { withLock } from './lock.mjs';
import { BootstrapError, say, secondsSince, showProgress } from './messages.mjs';
import { installNodeLauncher } from './node-launcher.mjs';
import { cacheDirectory, lockfilePath, modulesDirectory, rootDirectory } from './paths.mjs';
import { tiedToParent } from './tie.mjs';

const stampPath = join(modulesDirectory, '.install-stamp');
const logPath = join(cacheDirectory, 'install.log');
const logTailLines = 15;

/** Installs the dependencies unless node_modules already is what package-lock.json says, for this platform. */
export async function ensureInstalled() {
  if (isStamped()) return;
  await withLock(join(cacheDirectory, 'install.lock'), async () => {
    if (isStamped()) return;
    if (!matchesLockfile()) await install();
    installNodeLauncher();
    writeFileSync(stampPath, expectedStamp());
  });
}

function expectedStamp() {
  const lockfile = createHash('sha256').update(readFileSync(lockfilePath)).digest('hex');
  return `${lockfile} ${process.platform}-${process.arch}\n`;
}

function isStamped() {
  return readText(stampPath) === expectedStamp();
}

/**
 * Whether npm itself recorded an install of exactly these packages (someone ran `npm ci` by hand). Optional
 * packages for other platforms, and what only they need, are absent by design.
 */
function matchesLockfile() {
  const installed = readPackages(join(modulesDirectory, '.package-lock.json'));
  const wanted = readPackages(lockfilePath);
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (!found) return entry.optional === true && !(entry.os && fitsPlatform(entry));
    return found.version === entry.version && existsSync(join(rootDirectory, path));
  });
}

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string[] }} PackageEntry
 * @param {PackageEntry} entry
 */
function fitsPlatform({ os, cpu, libc }) {
  const fitsSystem = !os || [os].flat().includes(process.platform);
  const fitsProcessor = !cpu || [cpu].flat().includes(process.arch);
  return fitsSystem && fitsProcessor && (!libc || libc.includes(usesMusl() ? 'musl' : 'glibc'));
}

/**
 * @param {string} path of a lockfile
 * @returns {Record<string, PackageEntry> | undefined}
 */
function readPackages(path) {
  const text = readText(path);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

/** Throws a BootstrapError with the reason and the end of npm's log when the installation fails. */
async function install() {
  const startedAt = Date.now();
  const first = !existsSync(stampPath);
  say(`${first ? 'First run' : 'The dependencies changed'}: installing dependencies (about a minute) ...`);
  mkdirSync(cacheDirectory, { recursive: true });
  const endProgress = showProgress('installing dependencies');
  const outcome = await runNpmCi().finally(endProgress);
  if (outcome.interruptedBy) process.kill(process.pid, outcome.interruptedBy);
  if (outcome.code !== 0) throw new BootstrapError(describeFailure(outcome.code));
  say(`Dependencies installed in ${secondsSince(startedAt)} s.`);
}

/**
 * Runs npm with its output in the log file. Build tools are needed here even where NODE_ENV or npm's own settings
 * would leave them out.
 * @returns {Promise<{ code: number | null, interruptedBy?: NodeJS.Signals }>}
 */
async function runNpmCi() {
  const log = openSync(logPath, 'w');
  const { command, args } = npmCommand();
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
  const child = spawn(command, [...args, ...options, '--include=dev', '--include=optional'], {
    cwd: rootDirectory,
    stdio: ['ignore', log, log],
  });
  /** @type {NodeJS.Signals | undefined} */
  let interruptedBy;
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    interruptedBy = signal;
    // Asked politely, npm takes up to a minute to undo what the next attempt replaces anyway.
    child.kill('SIGKILL');
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.once(signal, stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return interruptedBy ? { code, interruptedBy } : { code };
  } catch (error) {
    throw new BootstrapError(`npm could not be started (${error instanceof Error ? error.message : String(error)}).`);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    closeSync(log);
  }
}

/**
 * npm's own JavaScript under the Node that runs npm, so that no shell and no `npm.cmd` is involved. It is told to end
 * when this process dies, so that a second attempt never meets a leftover one.
 * @returns {{ command: string, args: string[] }}
 */
function npmCommand() {
  const node = process.env.npm_node_execpath ?? process.execPath;
  const nodeDirectory = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined,
    join(nodeDirectory, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(nodeDirectory, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((path) => path !== undefined && existsSync(path));
  return script ? { command: node, args: [...tiedToParent, script] } : { command: 'npm', args: [] };
}

/** @param {number | null} code */
function describeFailure(code) {
  const log = readText(logPath) ?? '';
  const tail = log.trimEnd().split('\n').slice(-logTailLines).join('\n');
  return `${tail}\n\nThe dependencies could not be installed (npm exit code ${code}): ${cause(log)} The whole log is in ${logPath}.`;
}

/** @param {string} log */
function cause(log) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(log)) {
    return 'the npm registry cannot be reached. Check the network and proxy settings, then run the same command again.';
  }
  if (/ENOSPC/.test(log)) return 'the disk is full. Free about 1 GB, then run the same command again.';
  if (/EACCES|EPERM|EROFS/.test(log)) return 'this folder cannot be written. Check its owner and permissions.';
  if (/EUSAGE/.test(log)) return 'package-lock.json does not match package.json. Restore both from version control.';
  return 'see the lines above.';
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
