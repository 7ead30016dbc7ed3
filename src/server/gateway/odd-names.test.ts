import { describe, expect, it } from 'vitest';
import { startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { testEngines } from '../../testing/test-database.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
describe.each(testEngines())('names that no database takes, on $engine', (engine) => {
  it('keep no other record from being written', async () => {
    const test = await startGatewayFixture(engine);
    await test.addKey('openai');
    const { secret } = await test.issue();
    const form = '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper\u0000-1\r\n--b--\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect((await test.ask('/v1/audio/transcriptions', { secret, body: form, headers })).status).toBe(400);
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    const odd = 'a\u0000b \ud800';
    const body = JSON.stringify({ id: odd, model: odd, usage, choices: [] });
    test.fake.respondTo({ times: 1 }, { httpStatus: 200, headers: { 'content-type': 'application/json' }, body });
    expect((await test.ask(path, { secret, body: chat })).text).toBe(body);
    const refusal = { error: { message: `No ${odd}`, code: odd } };
    test.fake.respondTo({ times: 1 }, { httpStatus: 400, body: refusal });
    await test.ask(path, { secret, body: { ...chat, user: odd } });
    const last = await test.ask(path, { secret, body: chat });
    expect(last.status).toBe(200);
    const events = await test.events();
    expect(events).toHaveLength(3);
    expect(events[0]?.requestId).toBe(last.headers['x-akm-request-id']);
    expect(events[2]).toMatchObject({ servedModel: null, inputTokens: 1, outputTokens: 2 });
    await test.dispose();
  });
});
