import { vi } from 'vitest';
import type { OperationReply, OperationRequest } from '../contract/operation.ts';
import type { Operations } from '../contract/operations.ts';
import type { FakeBehaviour } from './fake-provider/settings.ts';
import type { GatewayFixture, GatewayReply } from './gateway-fixture.ts';
import { makeSecret, type Person } from './test-server.ts';

type VirtualKeyInput = NonNullable<OperationRequest<Operations['POST /api/virtual-keys']>['body']>;
type KeyInput = NonNullable<OperationRequest<Operations['POST /api/keys']>['body']>;
type Issued = OperationReply<Operations['POST /api/virtual-keys']>;
export type Attempt = OperationReply<Operations['GET /api/usage/events']>['items'][number];

/** Somebody with a workspace of their own, so that what rests or is spent there touches no other test. */
export interface Tenant {
  readonly person: Person;
  /** A key of a provider that the fake plays; its id. */
  addKey(provider: string, behaviour?: FakeBehaviour, more?: Partial<KeyInput>): Promise<string>;
  /** A key whose calls go to `http://127.0.0.1:{port}`; its id. */
  addKeyAt(port: number, more?: Partial<KeyInput>): Promise<string>;
  issue(settings?: Partial<VirtualKeyInput>): Promise<Issued>;
  /** The attempts of one call, first to last, once the final one has been recorded. */
  attempts(of: GatewayReply | { virtualKeyId: string }): Promise<Attempt[]>;
  /** The one attempt of a call that needed no more. */
  attempt(of: GatewayReply | { virtualKeyId: string }): Promise<Attempt>;
}

const RECORDED_MS_MAX = 5000;

export async function newTenant({ target, fake }: Pick<GatewayFixture, 'target' | 'fake'>): Promise<Tenant> {
  const person = await target.newPerson();
  let keys = 0;
  const store = async (input: Omit<KeyInput, 'name'> & { name?: string | undefined }): Promise<string> => {
    keys += 1;
    const { id } = await person.api('POST /api/keys', { body: { ...input, name: input.name ?? `Key ${keys}` } });
    return id;
  };
  const attempts: Tenant['attempts'] = (of) => {
    const query =
      'virtualKeyId' in of ? { virtualKeyId: of.virtualKeyId } : { requestId: String(of.headers['x-akm-request-id']) };
    return vi.waitFor(
      async () => {
        const { items } = await person.api('GET /api/usage/events', { query: { limit: 100, ...query } });
        if (!items.some(({ isFinal }) => isFinal)) throw new Error('the final attempt is not recorded yet');
        return items.toSorted((one, other) => one.attempt - other.attempt);
      },
      { timeout: RECORDED_MS_MAX, interval: 20 },
    );
  };
  return {
    person,
    addKey: (provider, behaviour = 'valid', more = {}) =>
      store({ provider, secret: fake.secret(behaviour), baseUrl: fake.urlOf(provider), ...more }),
    addKeyAt: (port, more = {}) =>
      store({ provider: 'openai', secret: makeSecret('loop'), baseUrl: `http://127.0.0.1:${port}/v1`, ...more }),
    issue: (settings = {}) =>
      person.api('POST /api/virtual-keys', { body: { name: 'Test', keyIds: 'all', ...settings } }),
    attempts,
    async attempt(of) {
      const [only, ...others] = await attempts(of);
      if (only === undefined || others.length > 0) throw new Error(`there are ${others.length + 1} attempts`);
      return only;
    },
  };
}
