import { type IncomingHttpHeaders, request } from 'node:http';
import type { OperationReply, OperationRequest } from '../contract/operation.ts';
import type { Operations } from '../contract/operations.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider/fake-provider.ts';
import type { FakeBehaviour } from './fake-provider/settings.ts';
import type { TestEngine } from './test-database.ts';
import { type Person, startTestServer, type TestServer } from './test-server.ts';

type VirtualKeyInput = NonNullable<OperationRequest<Operations['POST /api/virtual-keys']>['body']>;
type Issued = OperationReply<Operations['POST /api/virtual-keys']>;
type EventQuery = NonNullable<OperationRequest<Operations['GET /api/usage/events']>['query']>;

export interface GatewayReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
  readonly text: string;
  /** The parsed body where it is JSON, else undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely.
  readonly json: any; // oxlint-disable-line typescript/no-explicit-any
  /** The connection broke before the reply was complete. */
  readonly isCut: boolean;
}

export interface AskOptions {
  readonly secret?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object;
  /** Leaves after so many bytes of the reply. */
  readonly leaveAfterBytes?: number;
}

/** The server, a fake provider and somebody with keys: what tests of the gateway begin with. */
export interface GatewayFixture {
  readonly target: TestServer;
  readonly fake: FakeProvider;
  readonly person: Person;
  /** Stores a key of a provider that the fake plays; its id. */
  addKey(provider: string, options?: { behaviour?: FakeBehaviour; secret?: string; name?: string }): Promise<string>;
  issue(settings?: Partial<VirtualKeyInput>): Promise<Issued>;
  /** A call to the gateway, with the bytes of the reply as they came. */
  ask(path: string, options: AskOptions): Promise<GatewayReply>;
  /** The attempts recorded so far, newest first. */
  events(query?: EventQuery): Promise<OperationReply<Operations['GET /api/usage/events']>['items']>;
  dispose(): Promise<void>;
}

export async function startGatewayFixture(
  engine: TestEngine,
  environment: Record<string, string> = {},
): Promise<GatewayFixture> {
  const fake = await startFakeProvider();
  const target = await startTestServer(engine, environment);
  const person = await target.newPerson();
  return {
    target,
    fake,
    person,
    async addKey(provider, { behaviour = 'valid', secret = fake.secret(behaviour), name = `${provider} key` } = {}) {
      const body = { provider, name, secret, baseUrl: fake.urlOf(provider) };
      return (await person.api('POST /api/keys', { body })).id;
    },
    issue: (settings = {}) =>
      person.api('POST /api/virtual-keys', { body: { name: 'Test', keyIds: 'all', ...settings } as VirtualKeyInput }),
    ask: (path, options) => askServer(target.url, path, options),
    events: async (query = {}) =>
      (await person.api('GET /api/usage/events', { query: { limit: 100, ...query } })).items,
    async dispose() {
      await target.dispose();
      await fake.close();
    },
  };
}

/** A call by node:http, which adds nothing that the test did not ask for. */
export function askServer(url: string, path: string, options: AskOptions): Promise<GatewayReply> {
  const { secret, headers = {}, leaveAfterBytes } = options;
  const body =
    options.body === undefined || typeof options.body === 'string' || Buffer.isBuffer(options.body)
      ? options.body
      : JSON.stringify(options.body);
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      path,
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      agent: false,
      headers: {
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (leaveAfterBytes !== undefined && bytes >= leaveAfterBytes) outgoing.destroy();
      });
      response.once('error', () => undefined);
      response.once('close', () => {
        const whole = Buffer.concat(chunks);
        const text = whole.toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          trailers: response.trailers,
          body: whole,
          text,
          json: parse(text),
          isCut: !response.complete,
        });
      });
    });
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
