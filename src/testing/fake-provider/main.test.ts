import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

describe('main.ts', () => {
  async function runMain(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
      env: { ...process.env, ...environment },
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const printed = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      printed.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      printed.error += chunk.toString();
    });
    return { child, printed, exited: once(child, 'exit') };
  }

  it('prints its address alone in the first line, then a key of each behaviour, and ends on SIGTERM', async () => {
    const { child, printed, exited } = await runMain(['--port', '0']);
    await expect.poll(() => printed.out, { timeout: 10_000 }).toContain('disconnect');
    const [url = ''] = printed.out.split('\n');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const headers = { authorization: `Bearer ${/sk-fake-valid-\S+/.exec(printed.out)?.[0]}` };
    expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('takes its port and settings from the environment, and a reset goes back to them', async () => {
    const settings = JSON.stringify({ contentTokens: 3, entriesMax: 50 });
    const { printed } = await runMain([], { FAKE_PROVIDER_PORT: '0', FAKE_PROVIDER_SETTINGS: settings });
    await expect.poll(() => printed.out, { timeout: 10_000 }).toContain('disconnect');
    const control = `${printed.out.split('\n')[0]}/__control`;
    await fetch(`${control}/settings`, { method: 'PUT', body: '{"contentTokens":9}' });
    await fetch(`${control}/reset`, { method: 'PUT' });
    expect(await (await fetch(`${control}/settings`)).json()).toMatchObject({ contentTokens: 3, entriesMax: 50 });
  });

  it.each([
    ['--port', '70000', 'is not a port'],
    ['--settings', '{', 'cannot start'],
    ['--settings', '{"nothing":1}', 'nothing'],
  ])('refuses %s %s and says why', async (name, value, reason) => {
    const { printed, exited } = await runMain(['--port', '0', name, value]);
    expect(await exited).toEqual([2, null]);
    expect(printed.error).toContain(reason);
  });
});
