import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { hashVirtualKey, isWellFormed } from './virtual-key-secret.ts';

const GRACE_SECONDS = 600;

describe.each(testEngines())('rotating a virtual key on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());
  afterEach(() => {
    vi.useRealTimers();
  });

  const create = async (): Promise<{ id: string; secret: string; preview: string }> => {
    const reply = await person.api('POST /api/virtual-keys', { body: { name: 'CI', keyIds: 'all' } });
    return { ...reply.virtualKey, secret: reply.secret };
  };
  const rotate = async (id: string, graceSeconds: number) =>
    (
      await target.call(`POST /api/virtual-keys/${id}/rotate`, {
        token: person.token,
        body: { graceSeconds },
      })
    ).json;
  const hashesOf = async (id: string) =>
    target.server.services.database.kysely
      .selectFrom('virtual_keys')
      .select(['secret_hash', 'previous_hash', 'previous_until'])
      .where('id', '=', brand<'VirtualKey'>(id))
      .executeTakeFirstOrThrow();

  it('gives a new secret at once, and without grace the old one is gone', async () => {
    const { id, secret, preview } = await create();
    const rotated = await rotate(id, 0);
    expect(isWellFormed(rotated.secret)).toBe(true);
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.virtualKey).toMatchObject({ id, state: 'active', previousSecretUntil: null });
    expect(rotated.virtualKey.preview).not.toBe(preview);
    expect(await hashesOf(id)).toEqual({
      secret_hash: hashVirtualKey(rotated.secret),
      previous_hash: null,
      previous_until: null,
    });
  });

  it('keeps the old secret for the grace period, and says until when', async () => {
    const { id, secret } = await create();
    const startedAt = Date.now();
    const rotated = await rotate(id, GRACE_SECONDS);
    const untilMs = Date.parse(rotated.virtualKey.previousSecretUntil);
    expect(untilMs - startedAt).toBeGreaterThanOrEqual(GRACE_SECONDS * 1000);
    expect(untilMs - Date.now()).toBeLessThanOrEqual(GRACE_SECONDS * 1000);
    expect(await hashesOf(id)).toEqual({
      secret_hash: hashVirtualKey(rotated.secret),
      previous_hash: hashVirtualKey(secret),
      previous_until: untilMs,
    });
    vi.useFakeTimers({ toFake: ['Date'], now: untilMs });
    const after = await target.call(`GET /api/virtual-keys/${id}`, { token: person.token });
    expect(after.json.previousSecretUntil).toBeNull();
  });

  it('once more within the grace period ends the oldest secret at once', async () => {
    const { id, secret } = await create();
    const second = await rotate(id, GRACE_SECONDS);
    const third = await rotate(id, GRACE_SECONDS);
    const hashes = await hashesOf(id);
    expect(hashes).toMatchObject({
      secret_hash: hashVirtualKey(third.secret),
      previous_hash: hashVirtualKey(second.secret),
    });
    expect(Object.values(hashes)).not.toContain(hashVirtualKey(secret));
    await rotate(id, 0);
    expect(await hashesOf(id)).toMatchObject({ previous_hash: null, previous_until: null });
  });

  it('many times at once leaves one secret that works and no lost one', async () => {
    const { id } = await create();
    const replies = await Promise.all(Array.from({ length: 6 }, () => rotate(id, GRACE_SECONDS)));
    const made = replies.map(({ secret }) => hashVirtualKey(secret));
    expect(new Set(made).size).toBe(6);
    const { secret_hash, previous_hash } = await hashesOf(id);
    expect(made).toContain(secret_hash);
    expect(made).toContain(previous_hash);
    expect(secret_hash).not.toBe(previous_hash);
  });

  it('is ended by revoking, the secret before included', async () => {
    const { id } = await create();
    await rotate(id, GRACE_SECONDS);
    await target.call(`DELETE /api/virtual-keys/${id}`, { token: person.token });
    expect(await hashesOf(id)).toMatchObject({ previous_hash: null, previous_until: null });
    const read = await target.call(`GET /api/virtual-keys/${id}`, { token: person.token });
    expect(read.json).toMatchObject({ state: 'revoked', previousSecretUntil: null });
    expect(await rotate(id, 0)).toMatchObject({ error: { code: 'virtual_key_revoked' } });
  });

  it('refuses a grace period that is none', async () => {
    const { id } = await create();
    for (const graceSeconds of [-1, 1.5, 2_592_001, '60']) {
      expect(await rotate(id, graceSeconds as number)).toMatchObject({ error: { code: 'invalid_input' } });
    }
  });
});
