import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider/fake-provider.ts';
import { operationCases } from '../testing/operation-cases.ts';
import { testEngines } from '../testing/test-database.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { brand } from './ids.ts';

const entries = Object.entries<Operation>(operations);
const missingId = `${'0'.repeat(26)}`;

describe.each(testEngines())('every operation on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;

  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine, { PUBLIC_URL: 'http://localhost' });
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });

  /** Everyone works with an account of their own, so that the calls of one test cannot disturb another. */
  async function prepare(name: string) {
    const world = { target, fake, owner: await target.newPerson(), secret: () => fake.secret('valid') };
    const found = Object.entries(operationCases).find(([key]) => key === name)?.[1];
    if (found === undefined) throw new Error(`no case for ${name}`);
    const [method = ''] = name.split(' ');
    if (isForAdministrators(name)) await makeAdministrator(world.owner.userId);
    const { workspaceId, cookie, ...call } = await found.make(world);
    const headers = {
      ...(workspaceId === undefined ? {} : { 'x-workspace-id': workspaceId }),
      ...(cookie === undefined ? {} : { cookie }),
    };
    const inWorkspace = Object.keys(headers).length === 0 ? {} : { headers };
    return { world, method, ...call, inWorkspace, workspaceId };
  }

  const isForAdministrators = (name: string) =>
    entries.some(([key, { permission }]) => key === name && permission === 'instance');

  async function makeAdministrator(userId: string): Promise<void> {
    const { kysely } = target.server.services.database;
    await kysely.updateTable('users').set({ is_instance_admin: 1 }).where('id', '=', brand<'User'>(userId)).execute();
  }

  it.each(entries)('%s succeeds for the one who may', async (name, operation) => {
    const { world, method, path, body, inWorkspace } = await prepare(name);
    const options = { token: world.owner.token, ...inWorkspace, ...(body ? { body } : {}) };
    const reply = await target.call(`${method} ${path}`, options);
    expect(reply.text).not.toContain('"error"');
    expect(reply.status).toBe(operation.status);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.text === '').toBe(operation.output === undefined && operation.stream === undefined);
    const json = operation.output === undefined ? null : 'application/json; charset=utf-8';
    expect(reply.headers.get('content-type')).toBe(operation.stream ?? json);
    expect(operation.output?.parse(reply.json)).toEqual(operation.output === undefined ? undefined : reply.json);
  });

  it.each(entries.filter(([, { permission }]) => permission !== 'public'))(
    '%s is refused to somebody not signed in',
    async (name) => {
      const { method, path, body } = await prepare(name);
      const reply = await target.call(`${method} ${path}`, body ? { body } : {});
      expect(reply.json).toMatchObject({ error: { code: 'not_signed_in' } });
      expect(reply.status).toBe(401);
    },
  );

  it.each(entries)('%s refuses a field it does not know', async (name, operation) => {
    const { world, method, path, body, inWorkspace } = await prepare(name);
    const caller = { token: world.owner.token, ...inWorkspace };
    const reply =
      operation.body === undefined
        ? await target.call(`${method} ${path}${path.includes('?') ? '&' : '?'}unheardOf=1`, caller)
        : await target.call(`${method} ${path}`, { ...caller, body: { ...Object(body), unheardOf: 1 } });
    expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    expect(reply.status).toBe(422);
    expect(reply.text).toContain('unheardOf');
  });

  it.each(entries.filter(([, { body }]) => body !== undefined))('%s refuses wrong types', async (name) => {
    const { world, method, path, body, inWorkspace } = await prepare(name);
    for (const wrong of [
      [],
      'text',
      7,
      null,
      Object.fromEntries(Object.keys(Object(body)).map((field) => [field, { a: 1 }])),
    ]) {
      const options = { token: world.owner.token, ...inWorkspace, body: wrong };
      const reply = await target.call(`${method} ${path}`, options);
      expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    }
  });

  it.each(entries.filter(([, { params, permission }]) => params !== undefined && permission !== 'instance'))(
    "%s answers another person's object as a missing one",
    async (name) => {
      const { world, method, path, body, inWorkspace } = await prepare(name);
      const stranger = await target.newPerson();
      const options = { token: stranger.token, ...(body ? { body } : {}) };
      const foreign = await target.call(`${method} ${path}`, options);
      const missing = await target.call(`${method} ${path.replace(/_[0-9a-z]{26}/, `_${missingId}`)}`, options);
      const malformed = await target.call(`${method} ${path.replace(/_[0-9a-z]{26}/, '_nonsense')}`, options);
      expect(foreign.status).toBe(404);
      expect(foreign.text).toBe(missing.text);
      expect(foreign.text).toBe(malformed.text);
      const own = await target.call(`${method} ${path}`, { ...options, ...inWorkspace, token: world.owner.token });
      expect(own.status).toBeLessThan(300);
    },
  );

  it.each(entries.filter(([, { permission }]) => permission === 'instance'))(
    '%s is refused to who does not administer the instance',
    async (name) => {
      const { method, path, body } = await prepare(name);
      const stranger = await target.newPerson();
      const reply = await target.call(`${method} ${path}`, { token: stranger.token, ...(body ? { body } : {}) });
      expect(reply.json).toMatchObject({ error: { code: 'forbidden' } });
    },
  );

  it.each(entries.filter(([, { permission }]) => !['public', 'account', 'instance'].includes(permission)))(
    '%s does not act in a workspace the caller is no member of',
    async (name) => {
      const { world, method, path, body, workspaceId } = await prepare(name);
      const stranger = await target.newPerson();
      const { activeWorkspaceId } = await world.owner.api('GET /api/me');
      const reply = await target.call(`${method} ${path}`, {
        token: stranger.token,
        headers: { 'x-workspace-id': workspaceId ?? activeWorkspaceId },
        ...(body ? { body } : {}),
      });
      expect(reply.json).toMatchObject({ error: { code: 'not_found' } });
    },
  );

  it.each(entries.filter(([, { freshSignIn }]) => freshSignIn))('%s asks for a fresh sign-in', async (name) => {
    const { world, method, path, body, inWorkspace, proof } = await prepare(name);
    const caller = { token: world.owner.token, ...inWorkspace, ...(body ? { body } : {}) };
    const { database } = target.server.services;
    await database.kysely
      .updateTable('sessions')
      .set({ authenticated_at: Date.now() - 11 * 60 * 1000 })
      .execute();
    const stale = await target.call(`${method} ${path}`, caller);
    expect(stale.json).toMatchObject({ error: { code: 'fresh_sign_in_needed' } });
    await world.owner.api('POST /api/me/confirm', { body: proof ?? { password: world.owner.password } });
    const fresh = await target.call(`${method} ${path}`, caller);
    expect(fresh.status).toBeLessThan(300);
  });

  it.each(entries)('%s has a path whose other methods are refused by name', async (name) => {
    const [method, template = ''] = name.split(' ');
    const path = template.replace(/\{id\}/, `key_${missingId}`).replace('{version}', '1');
    const reply = await target.call(`PATCH ${path}`);
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')).toContain(method);
  });
});
