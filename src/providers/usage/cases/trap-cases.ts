import { type Case, chat, chunk, events, sse } from './case.ts';

const reasoned = (total: number): object => ({
  prompt_tokens: 12,
  completion_tokens: 100,
  total_tokens: total,
  completion_tokens_details: { reasoning_tokens: 30 },
});

export const trapCases: readonly Case[] = [
  {
    says: 'xAI: a total with reasoning shows that it stands beside the output',
    provider: 'xai',
    body: chat(reasoned(142)),
    tokens: { inputUncached: 12, output: 100, reasoning: 30 },
  },
  {
    says: 'xAI: a total without it shows that it stands inside',
    provider: 'xai',
    body: chat(reasoned(112)),
    tokens: { inputUncached: 12, output: 70, reasoning: 30 },
  },
  {
    says: 'OpenRouter: reasoning stands inside the output',
    provider: 'openrouter',
    body: chat({ ...reasoned(112), cost: 0.1 }),
    tokens: { inputUncached: 12, output: 70, reasoning: 30 },
  },
  {
    says: 'OpenRouter: more reasoning than output is bounded and flagged',
    provider: 'openrouter',
    body: chat({ ...reasoned(22), completion_tokens: 10 }),
    tokens: { inputUncached: 12, reasoning: 10 },
    reading: { isClamped: true },
  },
  {
    says: 'OpenRouter: the same tokens read from and written to the cache are both kept, and flagged',
    provider: 'openrouter',
    body: chat({
      prompt_tokens: 2168,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 2161, cache_write_tokens: 2161 },
    }),
    tokens: { cacheRead: 2161, cacheWrite5m: 2161, output: 1 },
    reading: { isClamped: true },
  },
  {
    says: 'OpenRouter: comments are no events, and an error chunk may tell usage',
    provider: 'openrouter',
    ...events,
    body: `: OPENROUTER PROCESSING\n\n${sse(chunk('a'), chunk('', { error: { code: 400, message: 'Token limit reached' }, usage: { prompt_tokens: 4, completion_tokens: 1 } }), '[DONE]')}`,
    tokens: { inputUncached: 4, output: 1 },
    reading: { error: { code: '400', message: 'Token limit reached' } },
  },
  {
    says: "Vercel's gateway: reasoning is in neither number",
    provider: 'custom',
    body: chat({ ...reasoned(112), market_cost: '0.001' }),
    tokens: { inputUncached: 12, output: 100, reasoning: 30 },
  },
  {
    says: 'an unknown host with more reasoning than output counts it beside',
    provider: 'custom',
    body: chat({ ...reasoned(22), completion_tokens: 10 }),
    tokens: { inputUncached: 12, output: 10, reasoning: 30 },
  },
  ...['google', 'custom'].map((provider) => ({
    says: `${provider}: thinking that only the total counts is output`,
    provider,
    body: chat({ prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 }),
    tokens: { inputUncached: 35, output: 12, reasoning: 62 },
  })),
  {
    says: 'Mistral: cached tokens at the top',
    provider: 'mistral',
    body: chat({ prompt_tokens: 94, completion_tokens: 33, total_tokens: 127, num_cached_tokens: 48 }),
    tokens: { inputUncached: 46, cacheRead: 48, output: 33 },
  },
  {
    says: 'Mistral: audio stands beside the prompt',
    provider: 'mistral',
    body: chat({
      prompt_tokens: 9,
      completion_tokens: 201,
      total_tokens: 585,
      prompt_tokens_details: { audio_tokens: 375 },
    }),
    tokens: { inputUncached: 9, audioInput: 375, output: 201 },
  },
  {
    says: 'Mistral: a transcription counts its audio in the total only, and some of it was cached',
    provider: 'mistral',
    endpoint: 'audio/transcriptions',
    body: JSON.stringify({
      text: 'Hello',
      usage: {
        prompt_audio_seconds: 5,
        prompt_tokens: 5,
        total_tokens: 404,
        completion_tokens: 24,
        prompt_tokens_details: { cached_tokens: 368 },
      },
    }),
    tokens: { audioInput: 12, audioCacheRead: 363, cacheRead: 5, output: 24 },
  },
  ...['huggingface', 'moonshot', 'custom'].map((provider) => ({
    says: `${provider}: cached tokens at the top`,
    provider,
    body: chat({ prompt_tokens: 20, completion_tokens: 30, total_tokens: 50, cached_tokens: 10 }),
    tokens: { inputUncached: 10, cacheRead: 10, output: 30 },
  })),
  {
    says: 'Moonshot: usage within the last choice',
    provider: 'moonshot',
    ...events,
    body: sse(
      chunk('a'),
      { id: 'c', model: 'm-1', choices: [{ index: 0, delta: {}, usage: { prompt_tokens: 7, completion_tokens: 2 } }] },
      '[DONE]',
    ),
    tokens: { inputUncached: 7, output: 2 },
  },
  {
    says: 'DeepSeek: hits of the cache under a name of their own',
    provider: 'deepseek',
    body: chat({ prompt_tokens: 20, completion_tokens: 1, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 4 }),
    tokens: { inputUncached: 4, cacheRead: 16, output: 1 },
  },
  {
    says: 'Azure: more cached than input leaves no fresh input, and is flagged',
    provider: 'azure-openai',
    body: chat({ prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 161 } }),
    tokens: { cacheRead: 161, output: 1 },
    reading: { isClamped: true },
  },
  {
    says: 'Groq: usage in x_groq alone, and again in a last chunk',
    provider: 'groq',
    ...events,
    body: sse(
      chunk('a', { x_groq: { id: 'r' } }),
      chunk('', { x_groq: { usage: { prompt_tokens: 4, completion_tokens: 2 } } }),
      { choices: [], usage: { prompt_tokens: 4, completion_tokens: 3 } },
      '[DONE]',
    ),
    tokens: { inputUncached: 4, output: 3 },
  },
  {
    says: 'Groq: an error event ends the stream',
    provider: 'groq',
    ...events,
    body: `${sse(chunk('a'))}event: error\n${sse({ error: { message: 'No tool was called', type: 'invalid_request_error', code: 'tool_use_failed', failed_generation: '{}' } })}`,
    tokens: null,
    reading: { error: { code: 'tool_use_failed', message: 'No tool was called' } },
  },
  {
    says: 'Perplexity: usage in every chunk grows and is never added up',
    provider: 'perplexity',
    ...events,
    body: sse(
      ...[1, 2, 3].map((count) =>
        chunk('a', { usage: { prompt_tokens: 11, completion_tokens: count, total_tokens: 11 + count } }),
      ),
      '[DONE]',
    ),
    tokens: { inputUncached: 11, output: 3 },
  },
  {
    says: 'Perplexity: research reasons beside output and total',
    provider: 'perplexity',
    body: chat({ prompt_tokens: 33, completion_tokens: 700, total_tokens: 733, reasoning_tokens: 600 }),
    tokens: { inputUncached: 33, output: 700, reasoning: 600 },
  },
  {
    says: 'Alibaba: tokens written to the cache',
    provider: 'alibaba',
    body: chat({
      prompt_tokens: 50,
      completion_tokens: 1,
      prompt_tokens_details: { cache_creation_input_tokens: 40, cached_tokens: 0 },
    }),
    tokens: { inputUncached: 10, cacheWrite5m: 40, output: 1 },
  },
];
