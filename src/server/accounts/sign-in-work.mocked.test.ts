import { argon2 } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectApp } from '../../testing/second-factors.ts';
import { testEngines } from '../../testing/test-database.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

vi.mock(import('node:crypto'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, argon2: vi.fn<typeof original.argon2>(original.argon2) };
});

const [engine] = testEngines();
let target: TestServer;

beforeAll(async () => {
  if (engine === undefined) throw new Error('no engine to test on');
  target = await startTestServer(engine);
});
afterAll(() => target.dispose());

/** What each password check of one sign-in cost. */
async function workOf(email: string, password: string): Promise<unknown[]> {
  vi.mocked(argon2).mockClear();
  await target.call('POST /api/login', { body: { email, password } });
  return vi.mocked(argon2).mock.calls.map(([algorithm, { memory, passes, parallelism, tagLength }]) => ({
    algorithm,
    memory,
    passes,
    parallelism,
    tagLength,
  }));
}

it('an unknown e-mail costs exactly the work of a wrong password, the first one too', async () => {
  const person = await target.newPerson();
  const unknown = await workOf('nobody@example.com', person.password);
  const wrong = await workOf(person.email, `${person.password}x`);
  const right = await workOf(person.email, person.password);
  expect(unknown).toEqual([{ algorithm: 'argon2id', memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }]);
  expect(wrong).toEqual(unknown);
  expect(right).toEqual(unknown);
});

it('a second factor makes no difference to the work of a wrong password', async () => {
  const person = await target.newPerson();
  const before = await workOf(person.email, `${person.password}x`);
  await connectApp(person);
  expect(await workOf(person.email, `${person.password}x`)).toEqual(before);
});
