import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider/fake-provider.ts';
import { operationCases, type World } from '../testing/operation-cases.ts';
import { testEngines } from '../testing/test-database.ts';
import { type Reply, startTestServer, type TestServer } from '../testing/test-server.ts';

const PERSON_CASES_MAX = 15;

/** Has characters that URLs and JSON write otherwise, and stands in the middle of a secret, out of the preview. */
const marker = `canary+/=${randomBytes(9).toString('hex')}`;

/** How the marker could hide in text. Base64 depends on where the marker stands, so its inner part is looked for. */
const forms: Record<string, string> = {
  plain: marker,
  reversed: Array.from(marker).reverse().join(''),
  hex: Buffer.from(marker).toString('hex'),
  'URL-encoded': encodeURIComponent(marker),
  'JSON-escaped': marker.replaceAll('/', '\\/'),
  ...Object.fromEntries(
    [0, 1, 2].map((shift) => {
      const encoded = Buffer.from(`${'x'.repeat(shift)}${marker}`).toString('base64');
      return [`base64 at ${shift}`, encoded.slice(4, -4)];
    }),
  ),
};

const formsIn = (text: string): string[] =>
  Object.entries(forms).flatMap(([name, form]) =>
    text.includes(form) ||
    text.includes(form.toUpperCase()) ||
    text.includes(form.replaceAll('+', '-').replaceAll('/', '_'))
      ? [name]
      : [],
  );

describe.each(testEngines())('a marker in every secret on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let world: World;
  const replies: { request: string; reply: Reply }[] = [];

  const call = async (request: string, options: Parameters<TestServer['call']>[1]): Promise<Reply> => {
    const reply = await target.call(request, options);
    replies.push({ request, reply });
    return reply;
  };

  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine, { LOG_LEVEL: 'trace', PUBLIC_URL: 'http://localhost' });
    let count = 0;
    const secret = (): string => {
      count += 1;
      return fake.secret('valid', `${marker}-${count}-tail`);
    };
    world = { target, fake, owner: await target.newPerson(), secret };
    for (const [index, [name, { make }]] of Object.entries(operationCases).entries()) {
      if (/logout|password|DELETE \/api\/sessions/.test(name)) continue;
      // Nobody makes more workspaces than one person may have.
      if (index % PERSON_CASES_MAX === 0) {
        world = { ...world, owner: await target.newPerson() };
        await target.server.services.database.kysely.updateTable('users').set({ is_instance_admin: 1 }).execute();
      }
      const { path, body, workspaceId, cookie } = await make(world);
      const [method] = name.split(' ');
      const headers: Record<string, string> = {
        ...(workspaceId === undefined ? {} : { 'x-workspace-id': workspaceId }),
        ...(cookie === undefined ? {} : { cookie }),
      };
      await call(`${method} ${path}`, { token: world.owner.token, headers, ...(body ? { body } : {}) });
    }
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });

  it('was there: the provider received it, and copying gives it back', () => {
    expect(fake.requests.some(({ secret }) => secret?.includes(marker))).toBe(true);
    const copies = replies.filter(({ request }) => request.endsWith('/copy'));
    expect(copies).toHaveLength(1);
    expect(formsIn(copies[0]?.reply.text ?? '')).toContain('plain');
    expect(formsIn(Buffer.from(`ab${marker}cd`).toString('base64'))).toContain('base64 at 2');
    expect(replies.filter(({ reply }) => reply.status >= 300).map(({ request }) => request)).toEqual([]);
  });

  /** The two calls that are there to show a secret. */
  const showsSecret = (request: string): boolean => request.endsWith('/copy') || request.endsWith('/shared/open');

  it('is in no reply but those of `copy` and of one-time links, in no form', () => {
    const opened = replies.find(({ request }) => request.endsWith('/shared/open'));
    expect(formsIn(opened?.reply.text ?? '')).toContain('plain');
    for (const { request, reply } of replies) {
      const headers = JSON.stringify(Object.fromEntries(reply.headers));
      const body = showsSecret(request) ? '' : reply.text;
      expect({ request, found: formsIn(headers + body) }).toEqual({ request, found: [] });
    }
  });

  it('is in no reply to a call that fails, whatever part of the call holds it', async () => {
    const secret = world.secret();
    const { token } = world.owner;
    const { id } = await world.owner.api('POST /api/keys', {
      body: { provider: 'openai', name: 'Mine', secret, baseUrl: `${fake.url}/v1` },
    });
    const good = { provider: 'openai', name: 'x', secret };
    const bodies: unknown[] = [
      { ...good, provider: secret },
      { ...good, name: [secret] },
      { ...good, secret: { value: secret } },
      { ...good, apiKey: secret },
      { ...good, tags: secret },
      { ...good, baseUrl: `https://user:${secret}@api.example.com` },
      { ...good, baseUrl: `https://api.example.com/?key=${secret}` },
      { ...good, baseUrl: 'http://10.0.0.1', baseUrls: { gemini: secret } },
      { ...good, expiresAt: secret },
      { ...good, monthlyBudgetUsd: secret },
      { ...good, secret: `${secret}\u0000` },
      { ...good, secret: secret.repeat(500) },
      secret,
      [secret],
    ];
    for (const body of bodies) await call('POST /api/keys', { token, body });
    for (const body of bodies) await call(`PUT /api/keys/${id}`, { token, body });
    for (const body of bodies) await call('POST /api/keys/test', { token, body });
    const text = JSON.stringify(good);
    for (const wrong of [text.slice(0, -1), `${text},`, `x${text}`, `{"__proto__":${text}}`, secret, `"${secret}`]) {
      await call('POST /api/keys', { token, text: wrong });
    }
    await call('POST /api/keys', { token, text, headers: { 'content-type': 'text/plain' } });
    await call('POST /api/keys', { token, body: { ...good, note: 'n'.repeat(300_000) } });
    await call('POST /api/login', { body: { email: secret, password: secret } });
    await call('POST /api/register', { body: { email: secret, password: secret } });
    await call('POST /api/me/confirm', { token, body: { password: secret } });
    const encoded = encodeURIComponent(secret);
    for (const path of [
      `?q=${encoded}`,
      `?secret=${encoded}`,
      `?cursor=${encoded}`,
      `?status=${encoded}`,
      `/${encoded}`,
    ]) {
      await call(`GET /api/keys${path}`, { token });
      await call(`DELETE /api/keys${path}`, { token });
    }
    await call('GET /api/me', { token: secret });
    await call('GET /api/me', { cookie: `akm_session=${secret}` });
    await call('GET /api/keys', { token, headers: { 'x-workspace-id': secret } });
    for (const { request, reply } of replies) {
      if (showsSecret(request)) continue;
      const said = reply.text + JSON.stringify(Object.fromEntries(reply.headers));
      expect({ request: request.slice(0, 20), found: formsIn(said) }).toEqual({
        request: request.slice(0, 20),
        found: [],
      });
    }
    expect(replies.filter(({ reply }) => reply.status >= 500).map(({ request }) => request)).toEqual([]);
  });

  it('is in no line of the log at its most talkative', () => {
    expect(target.logs.length).toBeGreaterThan(100);
    expect(formsIn(target.logs.join(''))).toEqual([]);
  });

  it('is in no file of the data directory: database, write-ahead log, lock and keys', () => {
    const entries = readdirSync(target.dataDirectory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const written = files.map((file) => readFileSync(file, 'latin1')).join('');
    const isEmbedded = engine.engine === 'sqlite';
    expect(files.some((file) => file.endsWith('master.jwks.json'))).toBe(true);
    expect(files.some((file) => file.endsWith('akm.db'))).toBe(isEmbedded);
    expect(files.some((file) => file.endsWith('akm.db-wal'))).toBe(isEmbedded);
    expect(written.includes(world.owner.email)).toBe(isEmbedded);
    for (const file of files)
      expect({ file, found: formsIn(readFileSync(file, 'latin1')) }).toEqual({ file, found: [] });
  });

  it('is in no row of any table', async () => {
    const { kysely } = target.server.services.database;
    const tables = await kysely.introspection.getTables();
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(kysely);
      expect({ name, found: formsIn(JSON.stringify(rows)) }).toEqual({ name, found: [] });
    }
  });
});
