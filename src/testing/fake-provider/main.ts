// Starts the fake provider on its own: node src/testing/fake-provider/main.ts --port 9099
import { parseArgs } from 'node:util';
import { fakeSecret } from './accounts.ts';
import { startFakeProvider } from './fake-provider.ts';
import { fakeBehaviours } from './settings.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '9099' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`'${values.port}' is not a port. Give --port a number from 0 to 65535.\n`);
  process.exit(2);
}

const fake = await startFakeProvider({ port });
const secrets = fakeBehaviours.map((behaviour) => `  ${behaviour.padEnd(13)}${fakeSecret(behaviour, 'demo')}`);
process.stdout.write(
  `Fake provider at ${fake.url} (for one provider: ${fake.url}/deepseek, ${fake.url}/zhipu/api/paas/v4, ...).\n` +
    `Keys and what they do:\n${secrets.join('\n')}\n`,
);

const stop = (): void => {
  void fake.close();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
