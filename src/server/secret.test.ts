/* oxlint-disable typescript/restrict-template-expressions, typescript/no-misused-spread -- Showing it is what is tested. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const TEXT = `marker-${'z'.repeat(32)}`;

function printed(write: (target: Console) => void): string {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  write(new Console({ stdout: stream, stderr: stream, inspectOptions: { showHidden: true, depth: 10 } }));
  return text;
}

const showings: Record<string, (secret: Secret) => unknown> = {
  'a template literal': (secret) => `${secret}`,
  'joining a list': (secret) => [secret, secret].join(),
  'String()': (secret) => String(secret),
  'valueOf()': (secret) => secret.valueOf(),
  JSON: (secret) => JSON.stringify({ secret, list: [secret] }),
  inspect: (secret) => inspect({ secret }, { showHidden: true, depth: 10, getters: true }),
  'console.log': (secret) => printed((target) => target.log('%s %o %O %j', secret, secret, secret, secret, { secret })),
  'console.table': (secret) => printed((target) => target.table([{ secret }])),
  'console.dir': (secret) => printed((target) => target.dir(secret, { showHidden: true })),
  'an error message': (secret) => inspect(new Error(`failed with ${secret}`, { cause: secret })),
  structuredClone: (secret) => inspect(structuredClone(secret), { showHidden: true }),
  'Object.entries': (secret) => inspect([Object.entries(secret), Reflect.ownKeys(secret), { ...secret }]),
  'for in': (secret) => {
    const seen: string[] = [];
    for (const name in secret) seen.push(name);
    return seen.join();
  },
};

test.each(Object.entries(showings))('a secret is not shown by %s', (_name, show) => {
  expect(String(show(new Secret(TEXT)))).not.toContain(TEXT);
});

test('a secret prints as [redacted] and gives its text only to reveal()', () => {
  const secret = new Secret(TEXT);
  expect(`${secret}`).toBe('[redacted]');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}');
  expect(inspect(secret)).toBe('[redacted]');
  expect(secret.reveal()).toBe(TEXT);
});
