import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { newId } from '../ids.ts';

describe.each(testEngines())('a custom provider on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  const body = { name: 'Ours', baseUrl: 'https://llm.example.com', dialects: ['openai-chat' as const] };

  it('may get another path while keys use it, and their tests start anew; another host it may not get', async () => {
    const { id } = await person.api('POST /api/custom-providers', { body });
    const secret = makeSecret();
    const credential = await person.api('POST /api/keys', { body: { provider: id, name: 'Key', secret } });
    const { kysely } = target.server.services.database;
    await kysely.updateTable('credentials').set({ status: 'valid' }).where('id', '=', credential.id).execute();
    const change = (baseUrl: string) =>
      target.call(`PUT /api/custom-providers/${id}`, { token: person.token, body: { baseUrl } });
    expect((await change('https://llm.example.com/v1')).json).toMatchObject({ baseUrl: 'https://llm.example.com/v1' });
    expect((await person.api('GET /api/keys/{id}', { params: { id: credential.id } })).status).toBe('untested');
    expect((await change('https://other.example.com/v1')).json).toMatchObject({
      error: { code: 'custom_provider_in_use' },
    });
    const deleted = await target.call(`DELETE /api/custom-providers/${id}`, { token: person.token });
    expect(deleted.json).toMatchObject({ error: { code: 'custom_provider_in_use' } });
  });

  it('is refused beyond five hundred of them, and all that were accepted are listed', async () => {
    const { activeWorkspaceId } = await person.api('GET /api/me');
    const { items } = await person.api('GET /api/custom-providers');
    const rows = Array.from({ length: 499 - items.length }, () => ({
      id: newId('CustomProvider'),
      workspace_id: activeWorkspaceId,
      name: 'Many',
      base_url: body.baseUrl,
      dialects: '["openai-chat"]',
      created_at: 1,
      updated_at: 1,
    }));
    const { kysely } = target.server.services.database;
    await kysely.insertInto('custom_providers').values(rows).execute();
    const last = await person.api('POST /api/custom-providers', { body });
    const refused = await target.call('POST /api/custom-providers', { token: person.token, body });
    expect(refused.json).toMatchObject({ error: { code: 'too_many_objects' } });
    const listed = await person.api('GET /api/custom-providers');
    expect(listed.items).toHaveLength(500);
    expect(listed.items.map(({ id }) => id)).toContain(last.id);
  });
});
