import { spawn } from 'node:child_process';

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/;
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000'];
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Runs npm in a directory. Throws with npm's own words when it fails for another reason than the network. */
export async function runNpm(directory: string, args: readonly string[]): Promise<'done' | 'unreachable'> {
  const child = spawn('npm', [...args, ...QUIET, ...PATIENCE], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code === 0) return 'done';
  if (UNREACHABLE.test(output)) return 'unreachable';
  throw new Error(`npm ${args[0]} failed in ${directory} (exit code ${code}):\n${output.trimEnd()}`);
}

/** Prints a line for the person who runs the script. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
