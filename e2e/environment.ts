// Where the product under test and the fake provider run. The first process of a run chooses; Playwright's workers read
// the same configuration again and must find the same answers, which they inherit through the environment.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface JourneyEnvironment {
  /** The product, e.g. `http://127.0.0.1:41234`. */
  baseUrl: string;
  /** The fake provider: the host to give to a custom provider or as a key's base URL. */
  fakeProviderUrl: string;
  /** Holds `data/` (the product's DATA_DIR) and `server.log`; made when the product starts, removed when the run ends. */
  directory: string;
  /** All of it, as environment variables. */
  environment: Record<string, string>;
}

export async function journeyEnvironment(): Promise<JourneyEnvironment> {
  const port = await remember('E2E_PORT', freePort);
  const fakePort = await remember('E2E_FAKE_PORT', freePort);
  const directory = await remember('E2E_DIRECTORY', async () => join(tmpdir(), `akm-e2e-${randomUUID()}`));
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    fakeProviderUrl: `http://127.0.0.1:${fakePort}`,
    directory,
    environment: { E2E_PORT: port, E2E_FAKE_PORT: fakePort, E2E_DIRECTORY: directory },
  };
}

async function remember(name: string, choose: () => Promise<string>): Promise<string> {
  const value = process.env[name] ?? (await choose());
  process.env[name] = value;
  return value;
}

function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? String(address.port) : '';
      server.close(() => resolve(port));
    });
  });
}
