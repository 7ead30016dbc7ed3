import { spawn } from 'node:child_process';
import process from 'node:process';
import { rootDirectory } from './paths.mjs';
import { startedByNpm, tiedToParent } from './tie.mjs';

const forwardedSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Turns this process into the command. Where Node can replace the process image, the command inherits the process id,
 * so signals and the exit code are its own and nothing stays behind in memory. Elsewhere the command is a child whose
 * signals, exit code and end are tied to this process.
 * @param {string} node path of the Node to run
 * @param {string[]} args script and its arguments
 * @param {NodeJS.ProcessEnv} environment
 */
export async function become(node, args, environment) {
  process.chdir(rootDirectory);
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    process.execve(node, [node, ...(startedByNpm ? tiedToParent : []), ...args], definedOnly(environment));
  }
  await runAsChild(node, [...tiedToParent, ...args], environment);
}

/**
 * Runs the command as a child and ends as it ends: same exit code, or killed by the same signal.
 * @param {string} node
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
async function runAsChild(node, args, environment) {
  const child = spawn(node, args, { env: environment, stdio: 'inherit' });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => child.kill(signal);
  for (const signal of forwardedSignals) process.on(signal, forward);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  for (const name of forwardedSignals) process.off(name, forward);
  if (signal) process.kill(process.pid, signal);
  else process.exit(code);
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Record<string, string>}
 */
function definedOnly(environment) {
  /** @type {Record<string, string>} */
  const defined = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) defined[name] = value;
  return defined;
}
