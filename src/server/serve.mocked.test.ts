import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { startLoopbackServer } from '../testing/loopback-server.ts';
import { makeTestDirectory, testEngines } from '../testing/test-database.ts';
import { startTestServer } from '../testing/test-server.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { createOutbound } from './outbound.ts';
import { listenError, serve } from './serve.ts';

vi.mock(import('./outbound.ts'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, createOutbound: vi.fn<typeof original.createOutbound>(original.createOutbound) };
});

afterEach(() => {
  vi.mocked(createOutbound).mockClear();
});

describe('a start that fails because the port is taken', () => {
  it('leaves nothing open: the same data directory serves at once, and no outbound call is possible', async () => {
    const blocker = await startLoopbackServer((_request, response) => response.end());
    const dataDirectory = makeTestDirectory();
    const log = createLog('silent');
    try {
      const taken = readConfig({ PORT: String(blocker.port), DATA_DIR: dataDirectory });
      await expect(serve(taken, log)).rejects.toMatchObject({ code: 'address_unusable', exitCode: 78 });
      const outbound = vi.mocked(createOutbound).mock.results[0]?.value;
      const call = { method: 'GET', url: 'https://example.com', headers: {}, timeoutMs: 1000, bytesMax: 1 };
      await expect(outbound.dispatcher.request({ ...call, origin: 'https://example.com', path: '/' })).rejects.toThrow(
        /closed|destroyed/,
      );
      await (await serve(readConfig({ PORT: '0', DATA_DIR: dataDirectory }), log)).close();
    } finally {
      await blocker.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  });
});

test.each([
  ['EADDRINUSE', 'another program listens there already. Stop it, or set PORT to a free port.'],
  ['EACCES', 'this user may not. Set PORT to 1024 or above.'],
  ['EADDRNOTAVAIL', 'listen EADDRNOTAVAIL. Set HOST and PORT to an address of this computer.'],
])('%s is told in words of its own', (code, words) => {
  const cause = Object.assign(new Error(`listen ${code}`), { code });
  expect(listenError({ host: '127.0.0.1', port: 80 }, cause).message).toBe(`Cannot listen on 127.0.0.1:80: ${words}`);
});

it('warns of a variable that is set and not used yet, without its value', async () => {
  const [engine] = testEngines();
  if (engine === undefined) throw new Error('no engine to test on');
  const target = await startTestServer(engine, { REDIS_URL: 'redis://:hunter2@redis:6379' });
  const told = target.logs.filter((line) => line.includes('REDIS_URL'));
  await target.dispose();
  expect(told).toHaveLength(1);
  expect(JSON.parse(told[0] ?? '')).toMatchObject({ level: 'warn' });
  expect(target.logs.join('')).not.toContain('hunter2');
});
