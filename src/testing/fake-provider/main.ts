// Starts the fake provider on its own: node src/testing/fake-provider/main.ts --port 9099 --settings '{"latencyMs":20}'
// Or by FAKE_PROVIDER_PORT and FAKE_PROVIDER_SETTINGS. The first line it prints is its address, and nothing else.
// Under load: '{"wireChunkBytes":65536}' sends a whole stream in one piece, '{"entriesMax":200000,"keptBodyBytesMax":0}'
// keeps a long ledger in some 400 MB.
import { parseArgs } from 'node:util';
import { fakeSecret } from './accounts.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { fakeBehaviours } from './settings.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.FAKE_PROVIDER_PORT ?? '9099' },
    settings: { type: 'string', default: process.env.FAKE_PROVIDER_SETTINGS ?? '{}' },
  },
});

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  refuse(`'${values.port}' is not a port. Give --port a number from 0 to 65535.`);
}

async function start(): Promise<FakeProvider> {
  try {
    return await startFakeProvider({ port, settings: JSON.parse(values.settings) });
  } catch (error) {
    return refuse(`The fake provider cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const fake = await start();
const secrets = fakeBehaviours.map((behaviour) => `  ${behaviour.padEnd(13)}${fakeSecret(behaviour, 'demo')}`);
process.stdout.write(
  `${fake.url}\n` +
    `Fake provider at ${fake.url} (for one provider: ${fake.url}/deepseek, ${fake.url}/zhipu/api/paas/v4, ...).\n` +
    `Keys and what they do:\n${secrets.join('\n')}\n`,
);

const stop = (): void => {
  void fake.close();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
