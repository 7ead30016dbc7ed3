import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider/fake-provider.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { testEngines } from '../../testing/test-database.ts';
import { brand } from '../ids.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the address behind a key', () => {
  let test: GatewayFixture;
  let elsewhere: FakeProvider;
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    elsewhere = await startFakeProvider();
  });
  afterAll(async () => {
    await test.dispose();
    await elsewhere.close();
  });

  /** What somebody who can write into the database could do. */
  const tamper = async (keyId: string, baseUrl: string, origins?: readonly string[]) => {
    const { kysely } = test.target.server.services.database;
    const id = brand<'Credential'>(keyId);
    await kysely.updateTable('credentials').set({ base_url: baseUrl }).where('id', '=', id).execute();
    if (origins !== undefined) {
      const versions = kysely.updateTable('credential_versions').set({ origins: JSON.stringify(origins) });
      await versions.where('credential_id', '=', id).execute();
    }
  };

  it('is looked at before every call: a secret never goes to a host that it was not given for', async () => {
    const keyId = await test.addKey('openai');
    await tamper(keyId, elsewhere.urlOf('openai'));
    const { secret } = await test.issue({ keyIds: [keyId] });
    const reply = await test.ask(path, { secret, body: chat });
    expect(reply.status).toBe(404);
    expect([test.fake.requests, elsewhere.requests]).toEqual([[], []]);
  });

  it.each(['http://169.254.169.254/v1', 'http://[::ffff:10.0.0.1]/v1', 'http://2130706434/v1'])(
    'is looked at when the connection is made, too: %s',
    async (baseUrl) => {
      const keyId = await test.addKey('openai');
      await tamper(keyId, baseUrl, [new URL(baseUrl).origin]);
      const { secret } = await test.issue({ keyIds: [keyId] });
      const reply = await test.ask(path, { secret, body: chat });
      expect(reply).toMatchObject({ status: 502, json: { error: { code: 'upstream_unreachable' } } });
      const [event] = await test.events({ requestId: String(reply.headers['x-akm-request-id']) });
      expect(event).toMatchObject({ errorCode: 'address_forbidden', outcome: 'unreachable', costUsd: '0.000000000' });
    },
  );
});
