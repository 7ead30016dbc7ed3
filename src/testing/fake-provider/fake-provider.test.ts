import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { flavours } from './flavours.ts';

let fake: FakeProvider;
beforeAll(async () => {
  fake = await startFakeProvider();
});
beforeEach(async () => {
  await fake.idle();
  fake.reset();
});
afterAll(() => fake.close());

function get(path: string, secret: string | null, headers: Record<string, string> = {}): Promise<Response> {
  const authorization: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` };
  return fetch(fake.url + path, { headers: { ...authorization, ...headers }, redirect: 'manual' });
}

function chat(secret: string, more: object = {}, path = '/v1/chat/completions'): Promise<Response> {
  return fetch(fake.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model: 'gpt-4o', messages: [], ...more }),
  });
}

describe('what a key does', () => {
  it.each([
    ['openai', '/models', 'invalid', 401, { error: { code: 'invalid_api_key' } }],
    ['openai', '/models', 'no_quota', 429, { error: { type: 'insufficient_quota' } }],
    ['openai', '/models', 'rate_limited', 429, { error: { code: 'rate_limit_exceeded' } }],
    ['openai', '/models', 'forbidden', 403, { error: { code: 'unsupported_country_region_territory' } }],
    ['openai', '/models', 'overloaded', 503, { error: { code: 'server_is_overloaded' } }],
    ['anthropic', '/v1/models', 'invalid', 401, { type: 'error', error: { type: 'authentication_error' } }],
    ['anthropic', '/v1/models', 'no_quota', 400, { error: { message: expect.stringContaining('credit balance') } }],
    ['anthropic', '/v1/models', 'rate_limited', 429, { error: { type: 'rate_limit_error' } }],
    ['anthropic', '/v1/models', 'overloaded', 529, { error: { type: 'overloaded_error' } }],
    ['google', '/v1beta/models', 'invalid', 400, { error: { details: [{ reason: 'API_KEY_INVALID' }] } }],
    ['google', '/v1beta/models', 'no_quota', 402, { error: { status: 'RESOURCE_EXHAUSTED' } }],
    ['deepseek', '/user/balance', 'invalid', 401, { error: { type: 'authentication_error' } }],
    ['deepseek', '/models', 'no_quota', 402, { error: { message: 'Insufficient Balance' } }],
    ['zhipu', '/models', 'invalid', 401, { error: { code: '1000' } }],
    ['zhipu', '/models', 'no_quota', 429, { error: { code: '1113' } }],
    ['moonshot', '/users/me/balance', 'invalid', 401, { error: { type: 'invalid_authentication_error' } }],
    ['moonshot', '/models', 'no_quota', 429, { error: { type: 'exceeded_current_quota_error' } }],
    ['alibaba', '/models', 'no_quota', 400, { error: { code: 'Arrearage' } }],
    ['baidu', '/models', 'invalid', 401, { error: { code: 'invalid_iam_token' } }],
    ['xai', '/api-key', 'invalid', 400, { code: 'Client specified an invalid argument' }],
    ['mistral', '/models', 'invalid', 401, { detail: 'Invalid API Key' }],
    ['openrouter', '/key', 'invalid', 401, { error: { code: 401 } }],
    ['openrouter', '/models', 'no_quota', 402, { error: { code: 402 } }],
    ['azure-openai', '/models', 'invalid', 401, { error: { code: '401' } }],
    ['siliconflow', '/models', 'invalid', 401, { code: 30014 }],
    ['minimax', '/models', 'invalid', 401, { error: { message: 'invalid api key (2049)' } }],
    ['elevenlabs', '/v1/user', 'invalid', 401, { detail: { status: 'invalid_api_key' } }],
  ] as const)('%s %s, %s: %i', async (provider, path, behaviour, status, body) => {
    const address = fake.urlOf(provider).slice(fake.url.length) + path;
    const response = await get(address, fake.secret(behaviour));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body);
    expect((await get(address, fake.secret('valid'))).status).toBe(200);
    expect((await get(address, null)).status).toBeGreaterThanOrEqual(400);
  });

  it('every provider accepts a valid key and refuses a foreign one at each of its paths', async () => {
    const wrong: string[] = [];
    for (const flavour of flavours) {
      const models = flavour.openaiBases.map((base) => `${base}/models`);
      for (const path of [...models, ...Object.keys(flavour.account)]) {
        const address = `/${flavour.id}${path}`;
        const accepted = await get(address, fake.secret('valid'));
        const refused = await get(address, 'not-made-here');
        if (accepted.status !== 200 || refused.status < 400) wrong.push(address);
      }
    }
    expect(wrong).toEqual([]);
    expect(fake.requests.length).toBeGreaterThan(flavours.length);
  });

  it('an error echoes a masked key and never the whole', async () => {
    const secret = fake.secret('invalid', 'canary');
    const text = await (await get('/v1/models', secret)).text();
    expect(text).toContain('sk-fake-****nary');
    expect(text).not.toContain(secret);
  });

  it('rate limits say how long to wait', async () => {
    fake.configure({ retryAfterSeconds: 7 });
    expect((await chat(fake.secret('rate_limited'))).headers.get('retry-after')).toBe('7');
  });

  it('foreign pages, redirects and garbage are sent as such', async () => {
    const page = await get('/v1/models', fake.secret('html'));
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const redirect = await get('/v1/models', fake.secret('redirect'));
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get('location')).toContain('169.254.169.254');
    const garbage = await get('/v1/models', fake.secret('garbage'));
    await expect(garbage.json()).rejects.toThrow(SyntaxError);
    await expect(get('/v1/models', fake.secret('disconnect'))).rejects.toThrow('fetch failed');
    await fake.idle();
    expect(fake.requests.map((request) => request.outcome)).toEqual(['complete', 'complete', 'complete', 'cut']);
  });

  it('a huge reply goes on until it is as long as configured or nobody reads', async () => {
    fake.configure({ hugeBytes: 1_000_000 });
    expect(await (await get('/v1/models', fake.secret('huge'))).json()).toEqual({});
    fake.configure({ hugeBytes: 1_000_000_000 });
    const response = await get('/v1/models', fake.secret('huge'));
    await response.body?.cancel();
    await fake.idle();
    expect(fake.requests.at(-1)?.outcome).toBe('client_gone');
  });

  it('a slow key answers late, and not at all to a client that left', async () => {
    fake.configure({ slowMs: 30 });
    expect((await get('/v1/models', fake.secret('slow'))).status).toBe(200);
    fake.configure({ slowMs: 600_000 });
    const stop = new AbortController();
    const call = fetch(`${fake.url}/v1/models`, {
      headers: { authorization: `Bearer ${fake.secret('slow')}` },
      signal: stop.signal,
    });
    await expect.poll(() => fake.requests.length).toBe(2);
    stop.abort();
    await expect(call).rejects.toThrow('aborted');
    await fake.idle();
    expect(fake.requests.at(-1)).toMatchObject({ outcome: 'client_gone', httpStatus: null });
  });

  it('what a test says about one key goes before its marker', async () => {
    const secret = fake.secret('valid');
    expect((await chat(secret)).status).toBe(200);
    fake.accounts.set(secret, { behaviour: 'invalid' });
    expect((await chat(secret)).status).toBe(401);
    expect((await chat(fake.secret('valid'))).status).toBe(200);
  });
});

describe('balances', () => {
  it.each([
    ['/user/balance', 10, { is_available: true, balance_infos: [{ currency: 'CNY', total_balance: '10.00' }] }],
    ['/v1/users/me/balance', 10, { code: 0, data: { available_balance: 10 }, status: true }],
    ['/api/v1/key', 10, { data: { limit_remaining: 10 } }],
    ['/api/v1/credits', 10, { data: { total_credits: 100, total_usage: 90 } }],
    ['/v1/user/info', 10, { code: 20_000, data: { totalBalance: '10.0000' } }],
    ['/v1/accounts', 10, { balance: 10 }],
    ['/v1/me?checklist=true', 10, { checklist: { stripe_balance: -10 } }],
    ['/openapi/v1/billing/balance/detail', 10, { availableBalance: '100000' }],
    ['/v1/user/subscription', 10, { character_limit: 100_000, character_count: 99_990 }],
    ['/v1/dashboard/billing/usage', 10, { total_usage: 9_000 }],
  ])('%s tells the balance of the key', async (path, balance, body) => {
    const secret = fake.secret('valid');
    fake.accounts.set(secret, { balance });
    expect(await (await get(path, secret)).json()).toMatchObject(body);
  });

  it('an empty account says so instead of failing', async () => {
    const response = await get('/user/balance', fake.secret('no_quota'));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ is_available: false, balance_infos: [{ total_balance: '0.00' }] });
  });
});

describe('paths', () => {
  it.each([
    '/v1/v1/chat/completions',
    '/openai/chat/completions',
    '/anthropic/messages',
    '/v1/nothing',
    '/zhipu/v1/models',
  ])('the wrong path %s is a 404', async (path) => {
    expect((await chat(fake.secret('valid'), {}, path)).status).toBe(404);
  });

  it('an unknown model and a body that is not JSON are refused in the dialect', async () => {
    const unknown = await chat(fake.secret('valid'), { model: 'no-such-model' });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
    const broken = await fetch(`${fake.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': fake.secret('valid') },
      body: '{',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  });
});

describe('the wire', () => {
  it('pieces of any length make up the same bytes', async () => {
    const secret = fake.secret('valid');
    const whole = (await (await chat(secret, { stream: true })).text()).replaceAll(/fake\d+/g, 'id');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (wireChunkBytes) => {
        fake.configure({ wireChunkBytes });
        const text = await (await chat(secret, { stream: true })).text();
        expect(text.replaceAll(/fake\d+/g, 'id')).toBe(whole);
      }),
      { numRuns: 15 },
    );
  });

  it('pieces of one byte arrive apart and split characters', async () => {
    fake.configure({ wireChunkBytes: 1, contentTokens: 9 });
    const response = await chat(fake.secret('valid'));
    let pieces = 0;
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) {
      pieces += 1;
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).toString()).toContain('你好 🎉');
    expect(pieces).toBeGreaterThan(1);
  });

  it('a stream can be cut after some frames', async () => {
    fake.configure({ cutAfterFrames: 3 });
    const response = await chat(fake.secret('valid'), { stream: true });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    await fake.idle();
    expect(fake.requests[0]).toMatchObject({ outcome: 'cut', usageSent: false });
  });

  it.each([
    ['/v1/chat/completions', 'data: {"error":{'],
    ['/v1/responses', 'event: response.failed\n'],
    ['/v1/messages', 'event: error\ndata: {"type":"error"'],
    ['/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', 'data: {"error":{'],
  ])('%s can fail in the middle in its own words', async (path, failure) => {
    fake.configure({ errorAfterFrames: 2 });
    const text = await (await chat(fake.secret('valid'), { stream: true }, path)).text();
    expect(text).toContain(failure);
    expect(text).not.toMatch(/\[DONE\]|message_stop|response\.completed|"STOP"/);
    expect(fake.requests[0]).toMatchObject({ usageSent: false });
  });
});

describe('the ledger', () => {
  it('notes the request as it came', async () => {
    const body = Buffer.from('{ "model":"gpt-4o",\n"messages":[] }');
    const secret = fake.secret('valid');
    await fetch(`${fake.url}/v1/chat/completions?x=1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'x-note': 'a' },
      body,
    });
    await fake.idle();
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions?x=1',
      headers: { 'x-note': 'a' },
      bodySha256: createHash('sha256').update(body).digest('hex'),
      bodyBytes: body.length,
      body,
      secret,
      provider: 'openai',
      behaviour: 'valid',
      model: 'gpt-4o',
      httpStatus: 200,
      outcome: 'complete',
    });
  });

  it('sums exactly what the replies told', async () => {
    const settings = fc.record({
      inputTokens: fc.integer({ min: 50, max: 1_000 }),
      cacheReadTokens: fc.integer({ min: 0, max: 50 }),
      reasoningTokens: fc.integer({ min: 0, max: 50 }),
      contentTokens: fc.integer({ min: 0, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(settings, { minLength: 1, maxLength: 6 }), async (calls) => {
        fake.reset();
        let [input, output] = [0, 0];
        for (const { contentTokens, ...usage } of calls) {
          fake.configure({ contentTokens, usage });
          const text = await (await chat(fake.secret('valid'))).text();
          input += Number(/"prompt_tokens":(\d+)/.exec(text)?.[1]);
          output += Number(/"completion_tokens":(\d+)/.exec(text)?.[1]);
        }
        await chat(fake.secret('invalid'));
        expect(fake.totals()).toMatchObject({
          requests: calls.length + 1,
          billedRequests: calls.length,
          inputTokens: input,
          outputTokens: output,
          cacheReadTokens: calls.reduce((sum, call) => sum + call.cacheReadTokens, 0),
        });
      }),
      { numRuns: 20 },
    );
  });

  it('tells which client left in the middle of a stream', async () => {
    fake.configure({ frameDelayMs: 20, contentTokens: 1_000 });
    const response = await chat(fake.secret('valid'), { stream: true });
    await response.body?.cancel();
    await fake.idle();
    expect(fake.requests[0]).toMatchObject({ outcome: 'client_gone', usageSent: false });
  });
});

describe('prepared replies', () => {
  it('go before everything else, for as often as they are given', async () => {
    const usage = { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 };
    fake.respondTo({ path: '/v1/chat/*', model: 'gpt-4o', times: 1 }, { httpStatus: 200, body: { a: 1 }, usage });
    const secret = fake.secret('invalid');
    expect((await chat(secret, { model: 'other' })).status).toBe(401);
    expect(await (await chat(secret)).json()).toEqual({ a: 1 });
    expect((await chat(secret)).status).toBe(401);
    expect(fake.totals()).toMatchObject({ billedRequests: 1, outputTokens: 2 });
  });

  it('can be computed from the request and taken back', async () => {
    const takeBack = fake.respondTo({ path: /completions/ }, (request) => ({
      httpStatus: 418,
      headers: { 'content-type': 'text/plain' },
      body: `${request.method} ${request.bodyBytes}`,
    }));
    const response = await chat(fake.secret('valid'));
    expect([response.status, await response.text()]).toEqual([418, expect.stringMatching(/^POST \d+$/)]);
    takeBack();
    expect((await chat(fake.secret('valid'))).status).toBe(200);
  });
});

describe('the control surface', () => {
  const put = (action: string, body: unknown): Promise<Response> =>
    fetch(`${fake.url}/__control/${action}`, { method: 'PUT', body: JSON.stringify(body) });

  it('changes settings, keys and replies from another process, and reads the ledger', async () => {
    expect((await put('settings', { contentTokens: 2, usage: { inputTokens: 99 } })).status).toBe(200);
    expect(fake.settings).toMatchObject({ contentTokens: 2, usage: { inputTokens: 99, cacheReadTokens: 0 } });
    const secret = fake.secret('valid');
    await put('accounts', { secret, behaviour: 'no_quota' });
    expect((await chat(secret)).status).toBe(429);
    await put('replies', { path: '/v1/chat/completions', times: 1, reply: { httpStatus: 503, body: 'busy' } });
    expect(await (await chat(secret)).text()).toBe('busy');
    expect((await chat(fake.secret('valid'))).status).toBe(200);

    const ledger = await (await fetch(`${fake.url}/__control/requests`)).json();
    expect(ledger).toMatchObject({
      items: [{ httpStatus: 429 }, { httpStatus: 503 }, { httpStatus: 200, usage: { inputTokens: 99 } }],
      totals: { requests: 3, billedRequests: 1, inputTokens: 99, outputTokens: 2 },
    });
    await put('reset', {});
    expect(fake.requests).toHaveLength(0);
    expect((await chat(secret)).status).toBe(200);
  });

  it.each([
    ['settings', { contentTokens: -1 }],
    ['settings', { nothing: 1 }],
    ['accounts', { secret: '' }],
    ['accounts', { secret: 'a', behaviour: 'odd' }],
    ['replies', { reply: { httpStatus: 99 } }],
  ])('refuses PUT %s %j and changes nothing', async (action, body) => {
    const before = fake.settings;
    expect((await put(action, body)).status).toBe(422);
    expect(fake.settings).toEqual(before);
    expect(fake.accounts.size).toBe(0);
  });

  it('knows no other action', async () => {
    expect((await put('nothing', {})).status).toBe(404);
  });
});

it('listens on this computer only', () => {
  expect(new URL(fake.url).hostname).toBe('127.0.0.1');
});
