import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';

let fake: FakeProvider;
beforeAll(async () => {
  fake = await startFakeProvider();
});
beforeEach(() => fake.reset());
afterAll(() => fake.close());

const REPLY_TEXT = 'Hello from the fake';

interface SseEvent {
  readonly event: string | null;
  readonly data: string;
}

/** Splits a stream strictly: every block is an optional event line and one data line. */
function sseEvents(text: string): SseEvent[] {
  expect(text.endsWith('\n\n') || text.endsWith('\r\n\r\n')).toBe(true);
  return text
    .replaceAll('\r\n', '\n')
    .trimEnd()
    .split('\n\n')
    .map((block) => {
      const found = /^(?:event: (?<event>\S+)\n)?data: (?<data>[^\n]+)$/.exec(block);
      if (!found) throw new Error(`Not a well-formed event: ${block}`);
      return { event: found.groups?.event ?? null, data: found.groups?.data ?? '' };
    });
}

// Replies are looked into with matchers only, so they can stay as JSON.parse gives them.
function parsed(events: readonly SseEvent[]): ReturnType<typeof JSON.parse>[] {
  return events.map(({ data }) => JSON.parse(data));
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${fake.secret('valid')}`;
  return fetch(fake.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: JSON.stringify(body),
  });
}

describe('OpenAI chat completions', () => {
  const ask = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };

  it('answers one object with usage', async () => {
    fake.configure({ contentTokens: 4, usage: { inputTokens: 20, cacheReadTokens: 5, reasoningTokens: 3 } });
    const response = await post('/v1/chat/completions', ask);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model: 'gpt-4o',
      choices: [{ index: 0, message: { role: 'assistant', content: REPLY_TEXT }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 20,
        completion_tokens: 7,
        total_tokens: 27,
        prompt_tokens_details: { cached_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    });
  });

  it('streams role, deltas, finish and [DONE], and no usage that was not asked for', async () => {
    fake.configure({ contentTokens: 4 });
    const response = await post('/v1/chat/completions', { ...ask, stream: true });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text).not.toContain('usage');
    const events = sseEvents(text);
    expect(events.at(-1)?.data).toBe('[DONE]');
    expect(events.every(({ event }) => event === null)).toBe(true);
    const chunks = parsed(events.slice(0, -1));
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join('')).toBe(REPLY_TEXT);
    expect(chunks.at(-1).choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(new Set(chunks.map((chunk) => `${chunk.id} ${chunk.model} ${chunk.created}`)).size).toBe(1);
    expect(fake.requests[0]).toMatchObject({ isStream: true, usageSent: false });
    expect(fake.requests[0]?.usage).toMatchObject({ inputTokens: 12, outputTokens: 4 });
  });

  it('sends usage in an extra chunk without choices when it is asked for', async () => {
    const response = await post('/v1/chat/completions', {
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = parsed(sseEvents(await response.text()).slice(0, -1));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 8 } });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(fake.requests[0]?.usageSent).toBe(true);
  });

  it('counts as each provider does', async () => {
    fake.configure({ contentTokens: 4, usage: { inputTokens: 20, cacheReadTokens: 5, reasoningTokens: 3 } });
    const usageOf = async (path: string): Promise<unknown> => {
      const text = await (await post(path, { ...ask, stream: true, stream_options: { include_usage: true } })).text();
      return parsed(sseEvents(text).slice(0, -1)).findLast((chunk) => chunk.usage)?.usage;
    };
    expect(await usageOf('/deepseek/chat/completions')).toMatchObject({
      completion_tokens: 7,
      prompt_cache_hit_tokens: 5,
      prompt_cache_miss_tokens: 15,
    });
    expect(await usageOf('/moonshot/v1/chat/completions')).toMatchObject({ prompt_tokens: 20, cached_tokens: 5 });
    expect(await usageOf('/xai/v1/chat/completions')).toMatchObject({ completion_tokens: 4, total_tokens: 27 });
  });

  it('sends usage with the finish reason, unasked, for providers that do so', async () => {
    const response = await post('/zhipu/api/paas/v4/chat/completions', { ...ask, stream: true });
    const chunks = parsed(sseEvents(await response.text()).slice(0, -1));
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 12 } });
  });

  it('tells no usage where the settings say so', async () => {
    fake.configure({ tellsUsage: false });
    expect(await (await post('/v1/chat/completions', ask)).text()).not.toContain('usage');
    const asked = { ...ask, stream: true, stream_options: { include_usage: true } };
    expect(await (await post('/v1/chat/completions', asked)).text()).not.toContain('usage');
    expect(fake.requests.map((request) => request.usageSent)).toEqual([false, false]);
  });
});

describe('OpenAI responses', () => {
  it('answers one object with usage', async () => {
    fake.configure({ contentTokens: 4, usage: { reasoningTokens: 2, cacheReadTokens: 6 } });
    expect(await (await post('/v1/responses', { model: 'gpt-5', input: 'Hi' })).json()).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hello from' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: REPLY_TEXT }] },
      ],
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 6 },
        output_tokens: 6,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 18,
      },
    });
  });

  it('streams the full sequence of named events, numbered, without [DONE]', async () => {
    fake.configure({ contentTokens: 4 });
    const text = await (await post('/v1/responses', { model: 'gpt-5', input: 'Hi', stream: true })).text();
    expect(text).not.toContain('[DONE]');
    const events = sseEvents(text);
    const bodies = parsed(events);
    expect(events.map(({ event }) => event)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      ...Array(4).fill('response.output_text.delta'),
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(bodies.map((body) => body.type)).toEqual(events.map(({ event }) => event));
    expect(bodies.map((body) => body.sequence_number)).toEqual(bodies.map((_body, position) => position));
    const completed = bodies.at(-1).response;
    expect(completed).toMatchObject({ status: 'completed', usage: { input_tokens: 12, output_tokens: 4 } });
    expect(completed.output).toEqual([bodies.at(-2).item]);
    expect(completed.output[0].content[0].text).toBe(REPLY_TEXT);
  });
});

describe('OpenAI embeddings', () => {
  it('answers one vector for each input, the same for the same text', async () => {
    const response = await post('/v1/embeddings', { model: 'text-embedding-3-small', input: ['a', 'b', 'a'] });
    const body = parsed([{ event: null, data: await response.text() }])[0];
    expect(body.data).toHaveLength(3);
    expect(body.data[0].embedding).toEqual(body.data[2].embedding);
    expect(body.data[0].embedding).not.toEqual(body.data[1].embedding);
    expect(body.usage).toEqual({ prompt_tokens: 12, total_tokens: 12 });
    expect(fake.requests[0]?.usage).toMatchObject({ inputTokens: 12, outputTokens: 0 });
  });

  it('encodes in base64 and in the dimensions that are asked for', async () => {
    const ask = { model: 'text-embedding-3-small', input: 'a', dimensions: 32, encoding_format: 'base64' };
    const body = parsed([{ event: null, data: await (await post('/v1/embeddings', ask)).text() }])[0];
    expect(Buffer.from(body.data[0].embedding, 'base64')).toHaveLength(32 * 4);
  });
});

describe('Anthropic messages', () => {
  const ask = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  const version = { 'anthropic-version': '2023-06-01' };

  it('answers one object whose input tokens leave the cache out', async () => {
    fake.configure({ contentTokens: 4, usage: { inputTokens: 30, cacheReadTokens: 10, cacheWriteTokens: 5 } });
    expect(await (await post('/v1/messages', ask, version)).json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: REPLY_TEXT }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 15, cache_read_input_tokens: 10, cache_creation_input_tokens: 5, output_tokens: 4 },
    });
  });

  it('streams named events in order, without [DONE]', async () => {
    fake.configure({ contentTokens: 4 });
    const text = await (await post('/v1/messages?beta=true', { ...ask, stream: true }, version)).text();
    expect(text).not.toContain('[DONE]');
    const events = sseEvents(text);
    const bodies = parsed(events);
    expect(events.map(({ event }) => event)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...Array(4).fill('content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(bodies.map((body) => body.type)).toEqual(events.map(({ event }) => event));
    expect(bodies[0].message).toMatchObject({ content: [], stop_reason: null, usage: { input_tokens: 12 } });
    expect(bodies.map((body) => body.delta?.text ?? '').join('')).toBe(REPLY_TEXT);
    expect(bodies.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } });
  });

  it('counts tokens without billing any', async () => {
    const response = await post('/v1/messages/count_tokens', ask, version);
    expect(await response.json()).toEqual({ input_tokens: 12 });
    expect(fake.totals().billedRequests).toBe(0);
  });
});

describe('Gemini', () => {
  const ask = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
  const path = '/v1beta/models/gemini-2.5-flash';

  it.each(['/v1beta', '/v1'])('answers one object below %s, thoughts beside the candidates', async (base) => {
    fake.configure({ contentTokens: 4, usage: { reasoningTokens: 3, cacheReadTokens: 2 } });
    const headers = { 'x-goog-api-key': fake.secret('valid') };
    const response = await post(`${base}/models/gemini-2.5-flash:generateContent`, ask, headers);
    expect(await response.json()).toMatchObject({
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'Hello from the', thought: true }, { text: REPLY_TEXT }] },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 12,
        candidatesTokenCount: 4,
        thoughtsTokenCount: 3,
        cachedContentTokenCount: 2,
        totalTokenCount: 19,
      },
      modelVersion: 'gemini-2.5-flash',
    });
  });

  it('streams unnamed events with cumulative usage, without [DONE]', async () => {
    fake.configure({ contentTokens: 4 });
    const text = await (await post(`${path}:streamGenerateContent?alt=sse`, ask)).text();
    expect(text).not.toContain('[DONE]');
    const chunks = parsed(sseEvents(text));
    expect(chunks.map((chunk) => chunk.usageMetadata.candidatesTokenCount)).toEqual([1, 2, 3, 4]);
    expect(chunks.map((chunk) => chunk.candidates[0].finishReason)).toEqual([undefined, undefined, undefined, 'STOP']);
    expect(fake.requests[0]).toMatchObject({ model: 'gemini-2.5-flash', isStream: true, usageSent: true });
  });

  it('streams one JSON array without alt=sse', async () => {
    const response = await post(`${path}:streamGenerateContent`, ask);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toHaveLength(8);
  });

  it('counts tokens and embeds', async () => {
    expect(await (await post(`${path}:countTokens`, ask)).json()).toEqual({ totalTokens: 12 });
    const many = await post('/v1beta/models/gemini-embedding-001:batchEmbedContents', { requests: [{}, {}] });
    expect(await many.json()).toMatchObject({ embeddings: [{}, {}] });
    expect((await post(`${path}:inventContent`, ask)).status).toBe(404);
  });
});

describe('model lists', () => {
  const list = async (path: string, headers: Record<string, string>): Promise<unknown> =>
    (await fetch(fake.url + path, { headers })).json();

  it('speak the shape of the dialect that asks', async () => {
    const secret = fake.secret('valid');
    const authorization = `Bearer ${secret}`;
    expect(await list('/v1/models', { authorization })).toMatchObject({
      object: 'list',
      data: expect.arrayContaining([expect.objectContaining({ id: 'gpt-4o', object: 'model' })]),
    });
    expect(await list('/v1/models?limit=1', { 'x-api-key': secret, 'anthropic-version': '2023-06-01' })).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ type: 'model', id: 'claude-sonnet-4-5' })]),
      has_more: false,
    });
    for (const path of ['/v1beta/models?pageSize=1', '/v1/models', `/v1beta/models?key=${secret}`]) {
      const headers: Record<string, string> = path.includes('key=') ? {} : { 'x-goog-api-key': secret };
      expect(await list(path, headers)).toMatchObject({
        models: expect.arrayContaining([expect.objectContaining({ name: 'models/gemini-2.5-pro' })]),
      });
    }
  });

  it('hold the models that a test gave to the key', async () => {
    const secret = fake.secret('valid');
    fake.accounts.set(secret, { models: ['my-model'] });
    const headers = { authorization: `Bearer ${secret}` };
    expect(await list('/v1/models', headers)).toMatchObject({ data: [{ id: 'my-model' }] });
  });
});
