import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';

let fake: FakeProvider;
let secret: string;
beforeAll(async () => {
  fake = await startFakeProvider();
});
beforeEach(() => {
  fake.reset();
  fake.configure({ contentTokens: 4 });
  secret = fake.secret('valid');
});
afterAll(() => fake.close());

const REPLY_TEXT = 'Hello from the fake';

function call(method: string, path: string, body?: object, by = secret): Promise<Response> {
  const isForm = body instanceof FormData;
  return fetch(fake.url + path, {
    method,
    headers: { authorization: `Bearer ${by}` },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
}

const json = async (response: Response): Promise<ReturnType<typeof JSON.parse>> => response.json();
const usage = { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 };

it('legacy completions are answered and streamed with usage that was asked for', async () => {
  const ask = { model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' };
  expect(await json(await call('POST', '/v1/completions', ask))).toMatchObject({
    object: 'text_completion',
    choices: [{ text: REPLY_TEXT, index: 0, finish_reason: 'stop' }],
    usage,
  });
  const streamed = { ...ask, stream: true, stream_options: { include_usage: true } };
  const text = await (await call('POST', '/v1/completions', streamed)).text();
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  const chunks = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data ?? ''));
  expect(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('')).toBe(REPLY_TEXT);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
  expect(fake.totals()).toMatchObject({ billedRequests: 2, outputTokens: 8 });
});

describe('stored responses', () => {
  const ask = { model: 'gpt-5', input: 'Hi' };

  it('can be read, gone on from and deleted by the key that made them', async () => {
    const { id } = await json(await call('POST', '/v1/responses', { ...ask, stream: false }));
    expect(await json(await call('GET', `/v1/responses/${id}`))).toMatchObject({ id, status: 'completed' });
    expect(await json(await call('GET', `/v1/responses/${id}/input_items`))).toMatchObject({ object: 'list' });
    const next = await json(await call('POST', '/v1/responses', { ...ask, previous_response_id: id }));
    expect(next).toMatchObject({ previous_response_id: id });
    expect(await json(await call('DELETE', `/v1/responses/${id}`))).toEqual({ id, object: 'response', deleted: true });
    expect((await call('GET', `/v1/responses/${id}`)).status).toBe(404);
  });

  it('are unknown to other keys, and not kept when the request says so', async () => {
    const { id } = await json(await call('POST', '/v1/responses', ask));
    const other = fake.secret('valid');
    expect((await call('GET', `/v1/responses/${id}`, undefined, other)).status).toBe(404);
    const followed = await call('POST', '/v1/responses', { ...ask, previous_response_id: id }, other);
    expect([followed.status, await followed.json()]).toMatchObject([
      404,
      { error: { code: 'previous_response_not_found' } },
    ]);
    const unstored = await json(await call('POST', '/v1/responses', { ...ask, store: false }));
    expect((await call('GET', `/v1/responses/${unstored.id}`)).status).toBe(404);
    expect(fake.totals().billedRequests).toBe(2);
  });

  it('count their input for free', async () => {
    const counted = await json(await call('POST', '/v1/responses/input_tokens', ask));
    expect(counted).toEqual({ object: 'response.input_tokens', input_tokens: 12 });
    expect(fake.totals().billedRequests).toBe(0);
  });
});

it('images come in base64 with their usage', async () => {
  const body = await json(await call('POST', '/v1/images/generations', { prompt: 'A cat', n: 2 }));
  expect(body.data).toHaveLength(2);
  expect(Buffer.from(body.data[0].b64_json, 'base64').subarray(1, 4).toString()).toBe('PNG');
  expect(body.usage).toMatchObject({ input_tokens: 12, output_tokens: 4, total_tokens: 16 });
  expect(fake.requests[0]).toMatchObject({ model: 'gpt-image-1', usageSent: true });
});

describe('audio', () => {
  it('speech is bytes, billed and without a word about usage', async () => {
    const response = await call('POST', '/v1/audio/speech', { model: 'gpt-4o-mini-tts', input: 'Hi', voice: 'alloy' });
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect((await response.arrayBuffer()).byteLength).toBe(2_048);
    expect(fake.requests[0]).toMatchObject({ usage: { outputTokens: 4 }, usageSent: false });
  });

  it('speech as events tells the usage at the end', async () => {
    const ask = { model: 'gpt-4o-mini-tts', input: 'Hi', voice: 'alloy', stream_format: 'sse' };
    const text = await (await call('POST', '/v1/audio/speech', ask)).text();
    expect(text.trimEnd().split('\n').at(-1)).toContain('"usage":{"input_tokens":12,');
  });

  it('a transcription reads the model out of the form', async () => {
    const form = new FormData();
    form.set('model', 'gpt-4o-transcribe');
    form.set('file', new Blob([Buffer.from([0, 13, 10, 13, 10, 255])]), 'a.wav');
    expect(await json(await call('POST', '/v1/audio/transcriptions', form))).toMatchObject({
      text: REPLY_TEXT,
      usage: { type: 'tokens', input_tokens: 12, input_token_details: { audio_tokens: 12 }, output_tokens: 4 },
    });
    form.set('stream', 'true');
    const text = await (await call('POST', '/v1/audio/transcriptions', form)).text();
    expect(text).toMatch(/event: transcript\.text\.done\ndata: .*"usage":\{.*\}\n\n$/);
    expect(fake.requests.map((request) => [request.model, request.isStream])).toEqual([
      ['gpt-4o-transcribe', false],
      ['gpt-4o-transcribe', true],
    ]);
  });
});

it('moderations are free, reranking is billed for its input', async () => {
  const judged = await json(await call('POST', '/v1/moderations', { input: ['a', 'b'] }));
  expect(judged.results).toMatchObject([{ flagged: false }, { flagged: false }]);
  const documents = ['a', 'b', 'c'];
  const ranked = await json(await call('POST', '/v1/rerank', { model: 'rerank-1', query: 'q', documents, top_n: 2 }));
  expect(ranked).toMatchObject({ results: [{ index: 0 }, { index: 1 }], usage: { total_tokens: 12 } });
  expect(fake.totals()).toMatchObject({ billedRequests: 1, inputTokens: 12, outputTokens: 0 });
});

it('files are uploaded, listed, read and deleted by the key that owns them', async () => {
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new Blob(['0123456789']), 'input.jsonl');
  const created = await json(await call('POST', '/v1/files', form));
  expect(created).toMatchObject({ object: 'file', filename: 'input.jsonl', bytes: 10, purpose: 'batch' });
  expect(await json(await call('GET', '/v1/files'))).toMatchObject({ data: [{ id: created.id }], has_more: false });
  expect(await json(await call('GET', '/v1/files', undefined, fake.secret('valid')))).toMatchObject({ data: [] });
  expect(await (await call('GET', `/v1/files/${created.id}/content`)).text()).toHaveLength(10);
  expect((await call('DELETE', `/v1/files/${created.id}`)).status).toBe(200);
  expect((await call('GET', `/v1/files/${created.id}`)).status).toBe(404);
  expect((await call('POST', '/v1/files', { purpose: 'batch' })).status).toBe(404);
});

it.each([
  ['/v1/chat/completions', 'x-request-id'],
  ['/v1/messages', 'request-id'],
  ['/v1beta/models/gemini-2.5-pro:generateContent', 'x-goog-request-id'],
])('%s names its request in %s, as the ledger does', async (path, header) => {
  const response = await call('POST', path, { model: 'm', messages: [] });
  expect(response.headers.get(header)).toBe(fake.requests[0]?.requestId);
});
