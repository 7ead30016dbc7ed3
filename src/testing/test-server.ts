import { argon2Sync, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { type Client, createClient } from '../contract/client.ts';
import { isFirstAccountMissing } from '../server/accounts/accounts.ts';
import { createAccount } from '../server/accounts/create-account.ts';
import { readConfig } from '../server/config.ts';
import type { CallContext } from '../server/context.ts';
import { createLog } from '../server/log.ts';
import { type RunningServer, serve } from '../server/serve.ts';
import type { Services } from '../server/services.ts';
import { makeTestDirectory, type TestEngine } from './test-database.ts';

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed text where it is JSON, else undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely.
  json: any; // oxlint-disable-line typescript/no-explicit-any
}

export interface Person {
  email: string;
  password: string;
  userId: string;
  token: string;
  cookie: string;
  /** The typed client, signed in with the access token. */
  api: Client;
  /** The same in one workspace. */
  in: (workspaceId: string) => Client;
}

type CallOptions = { token?: string; cookie?: string; body?: unknown; text?: string; headers?: Record<string, string> };

export interface TestServer {
  url: string;
  server: RunningServer;
  dataDirectory: string;
  /** Everything the server has logged. */
  logs: string[];
  /** A plain HTTP call, `call('GET /api/keys', {token})`. */
  call(request: string, options?: CallOptions): Promise<Reply>;
  /** Registers and signs in somebody new. */
  newPerson(): Promise<Person>;
  dispose(): Promise<void>;
}

/** A password nobody else has, made at run time. */
export const makePassword = (): string => `pw ${randomBytes(12).toString('base64url')}`;

/** A secret that looks like a provider's key and is none. */
export const makeSecret = (marker = 'test'): string => `sk-${marker}-${randomBytes(24).toString('hex')}`;

/** The whole server in this process, on a free port of the loopback address, with a database of its own. */
export async function startTestServer(
  engine: TestEngine,
  environment: Record<string, string> = {},
): Promise<TestServer> {
  const place = engine.engine === 'postgres' ? await engine.open() : null;
  const dataDirectory = place?.dataDirectory ?? makeTestDirectory();
  const logs: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logs.push(String(chunk));
      done();
    },
  });
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDirectory,
    UPSTREAM_ALLOW_PRIVATE: '127.0.0.1',
    ...(place?.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
    ...environment,
  });
  const server = await serve(config, createLog(environment['LOG_LEVEL'] ?? 'debug', sink));
  const call = (request: string, options: CallOptions = {}) => send(server.url, request, options);
  return {
    url: server.url,
    server,
    dataDirectory,
    logs,
    call,
    async newPerson() {
      // All people of a test share one address, which would use up its registrations.
      await server.services.throttles.reset('register', '127.0.0.1');
      return registerPerson(server);
    },
    async dispose() {
      await server.close();
      if (place === null) rmSync(dataDirectory, { recursive: true, force: true });
      else await place.dispose();
    },
  };
}

async function send(url: string, request: string, options: CallOptions): Promise<Reply> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const { token, cookie, body, text } = options;
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined && text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie }),
      ...options.headers,
    },
    ...(text === undefined && body === undefined ? {} : { body: text ?? JSON.stringify(body) }),
  });
  const received = await response.text();
  return { status: response.status, headers: response.headers, text: received, json: parse(received) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function registerPerson({ url, services }: RunningServer): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  const password = makePassword();
  if (await isFirstAccountMissing({ services })) {
    const { setupToken } = services;
    const body = { email, password, ...(setupToken === null ? {} : { setupToken }) };
    const registered = await send(url, 'POST /api/register', { body });
    if (registered.status !== 201) throw new Error(`no person: ${registered.text}`);
  } else {
    await writeAccount(services, email, password);
  }
  const login = await send(url, 'POST /api/login', { body: { email, password } });
  if (login.status !== 200) throw new Error(`no person: ${login.text}`);
  const token: string = login.json.access_token;
  return {
    email,
    password,
    userId: login.json.user.id,
    token,
    cookie: login.headers.get('set-cookie')?.split(';')[0] ?? '',
    api: createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) }),
    in: (workspaceId) =>
      createClient({
        baseUrl: url,
        headers: () => ({ authorization: `Bearer ${token}`, 'x-workspace-id': workspaceId }),
      }),
  };
}

/** Writes an account as registration does, but with a hash that costs nothing to make and to check. */
async function writeAccount(services: Services, email: string, password: string): Promise<void> {
  const context: CallContext = {
    services,
    requestId: 'test',
    ip: '127.0.0.1',
    host: '',
    userAgent: 'test',
    client: 'api',
    nowMs: Date.now(),
    workspaceHeader: undefined,
    setSessionCookie: () => undefined,
    browserToken: undefined,
    setBrowserToken: () => undefined,
  };
  const name = email.split('@')[0] ?? email;
  const account = { email, name, passwordHash: quickHash(password), isInstanceAdmin: false, emailVerified: false };
  await services.database.transaction((transaction) => createAccount(transaction, context, account));
}

/** A PHC string of argon2id with the least work there is. */
function quickHash(password: string): string {
  const nonce = randomBytes(16);
  const tag = argon2Sync('argon2id', { message: password, nonce, memory: 8, passes: 1, parallelism: 1, tagLength: 32 });
  const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=8,t=1,p=1$${salt}$${hash}`;
}
