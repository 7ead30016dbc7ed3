import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

const becomeUrl = new URL('./become.mjs', import.meta.url).href;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that becomes `node -e code`; `exact: false` takes away the means to replace itself, as on Windows. */
function become(code: string, { exact }: { exact: boolean }): ChildProcess {
  const script = `
    ${exact ? '' : 'process.execve = undefined;'}
    const { become } = await import(${JSON.stringify(becomeUrl)});
    await become(process.execPath, ['-e', ${JSON.stringify(code)}], process.env);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) return line;
  return '';
}

const untilStopped = "process.on('SIGTERM', () => process.exit(42)); console.log('ready'); setInterval(() => {}, 1000)";

describe.skipIf(process.platform === 'win32').each([{ exact: true }, { exact: false }])(
  'becoming a command %o',
  (how) => {
    it('passes the exit code on', async () => {
      const [code] = await once(become('process.exit(7)', how), 'exit');
      expect(code).toBe(7);
    });

    it('passes a signal on, and the exit code that answers it', async () => {
      const child = become(untilStopped, how);
      await firstLine(child);
      child.kill('SIGTERM');
      expect((await once(child, 'exit'))[0]).toBe(42);
    });

    it('dies of the signal that the command died of', async () => {
      const [, signal] = await once(become("process.kill(process.pid, 'SIGKILL')", how), 'exit');
      expect(signal).toBe('SIGKILL');
    });

    it('leaves no command behind when it is killed', async () => {
      const child = become(untilStopped, how);
      await firstLine(child);
      child.kill('SIGKILL');
      // The command holds the other end of this output: it ends when nobody is left to write.
      child.stdout?.resume();
      expect((await once(child, 'close'))[1]).toBe('SIGKILL');
    });
  },
);
