import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDelta } from './read-delta.ts';
import { readEvents } from './read-events.ts';
import { type ChatRequest, wireCallOf } from './wire.ts';

function streamOf(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieceBytes) controller.enqueue(bytes.slice(at, at + pieceBytes));
      controller.close();
    },
  });
}

async function all(events: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const event of events) found.push(event);
  return found;
}

it('events are the same wherever the bytes and the characters are cut', async () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(texts, lineEnd, fc.integer({ min: 1, max: 9 }), async (sent, end, pieceBytes) => {
      const events = sent.map((text) => JSON.stringify({ text }));
      const bytes = new TextEncoder().encode(
        events.map((event) => `event: x${end}data: ${event}${end}${end}`).join(''),
      );
      expect(await all(readEvents(streamOf(bytes, pieceBytes)))).toEqual(events);
    }),
    { numRuns: 60 },
  );
});

it('a comment between events is no event, and a last event without an end is one', async () => {
  const bytes = new TextEncoder().encode(': ping\n\ndata: 1\n\n: ping\n\ndata: 2');
  expect(await all(readEvents(streamOf(bytes, 100)))).toEqual(['1', '2']);
});

it('text and reasoning are told apart in every dialect', () => {
  const openai = (delta: object) => readDelta('openai-chat', JSON.stringify({ choices: [{ delta }] }));
  expect(openai({ content: 'a' })).toMatchObject({ text: 'a', reasoning: '' });
  expect(openai({ content: null, reasoning_content: 'b' })).toMatchObject({ text: '', reasoning: 'b' });
  expect(openai({ reasoning: 'c' })).toMatchObject({ text: '', reasoning: 'c' });
  const anthropic = (delta: object) =>
    readDelta('anthropic-messages', JSON.stringify({ type: 'content_block_delta', delta }));
  expect(anthropic({ type: 'text_delta', text: 'a' })).toMatchObject({ text: 'a', reasoning: '' });
  expect(anthropic({ type: 'thinking_delta', thinking: 'b' })).toMatchObject({ text: '', reasoning: 'b' });
  const parts = [{ text: 'b', thought: true }, { text: 'a' }];
  expect(readDelta('gemini', JSON.stringify({ candidates: [{ content: { parts } }] }))).toMatchObject({
    text: 'a',
    reasoning: 'b',
  });
});

it('an answer that was cut and an error in the stream are told', () => {
  const openai = { choices: [{ delta: {}, finish_reason: 'length' }] };
  expect(readDelta('openai-chat', JSON.stringify(openai)).isCut).toBe(true);
  const anthropic = { type: 'message_delta', delta: { stop_reason: 'max_tokens' } };
  expect(readDelta('anthropic-messages', JSON.stringify(anthropic)).isCut).toBe(true);
  expect(readDelta('gemini', JSON.stringify({ candidates: [{ finishReason: 'MAX_TOKENS' }] })).isCut).toBe(true);
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  expect(readDelta('anthropic-messages', JSON.stringify(error)).error).toBe('Overloaded');
});

it.each(['[DONE]', '', '{', '[]', '{"choices":[]}', '{"choices":"x"}', 'null'])('%s adds nothing', (data) => {
  for (const dialect of ['openai-chat', 'anthropic-messages', 'gemini'] as const)
    expect(readDelta(dialect, data)).toEqual({ text: '', reasoning: '', isCut: false, error: null });
});

const request: ChatRequest = {
  dialect: 'openai-chat',
  hasCompletionLimit: false,
  model: 'some/model-1',
  system: 'Be brief.',
  messages: [
    { role: 'user', text: 'Hello' },
    { role: 'assistant', text: 'Hi' },
    { role: 'user', text: 'Bye' },
  ],
  temperature: 0.5,
  maxTokens: 100,
};

it('an OpenAI call carries the system prompt as the first message', () => {
  const { path, headers, body } = wireCallOf(request, 'the-secret');
  expect(path).toBe('/v1/chat/completions');
  expect(headers.authorization).toBe('Bearer the-secret');
  expect(body).toMatchObject({ max_tokens: 100, temperature: 0.5, stream: true });
  expect(body.messages).toHaveLength(4);
  expect(wireCallOf({ ...request, hasCompletionLimit: true }, '').body).toMatchObject({ max_completion_tokens: 100 });
});

it('an Anthropic call always has a limit, and the system prompt beside the messages', () => {
  const { path, headers, body } = wireCallOf(
    { ...request, dialect: 'anthropic-messages', maxTokens: null },
    'the-secret',
  );
  expect(path).toBe('/v1/messages');
  expect(headers['x-api-key']).toBe('the-secret');
  expect(body).toMatchObject({ system: 'Be brief.', max_tokens: 4096 });
  expect(body.messages).toHaveLength(3);
});

it('a Gemini call names the model in its path and calls the assistant model', () => {
  const { path, headers, body } = wireCallOf({ ...request, dialect: 'gemini', model: 'google/gemini x' }, 'the-secret');
  expect(path).toBe('/v1beta/models/google/gemini%20x:streamGenerateContent?alt=sse');
  expect(headers['x-goog-api-key']).toBe('the-secret');
  expect(JSON.stringify(body.contents)).toContain('"role":"model"');
});

it('nothing that is left empty is sent', () => {
  for (const dialect of ['openai-chat', 'anthropic-messages', 'gemini'] as const) {
    const text = JSON.stringify(
      wireCallOf({ ...request, dialect, system: '', temperature: null, maxTokens: null }, '').body,
    );
    expect(text).not.toMatch(/system|temperature|null/);
  }
});
