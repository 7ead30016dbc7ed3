import { anthropicBody, type Case, events, message, messageDelta, named } from './case.ts';

export const anthropicCases: readonly Case[] = [
  {
    says: 'the cache is counted beside the input, by lifetime',
    provider: 'anthropic',
    body: anthropicBody({
      input_tokens: 5,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
    }),
    tokens: { inputUncached: 5, cacheRead: 100, cacheWrite5m: 10, cacheWrite1h: 20, output: 5, reasoning: 4 },
    reading: { servedModel: 'claude-1', responseId: 'msg_1' },
  },
  {
    says: 'the end of a stream replaces its begin, and may raise the input',
    provider: 'anthropic',
    ...events,
    body: named(
      message({ input_tokens: 10, cache_creation_input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 1 }),
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
      { type: 'ping' },
      messageDelta({ input_tokens: 400, cache_creation_input_tokens: null, output_tokens: 25 }),
      { type: 'message_stop' },
    ),
    tokens: { inputUncached: 400, cacheRead: 3, cacheWrite5m: 7, output: 25 },
    reading: { isComplete: true, written: { ascii: 12, wide: 0 } },
  },
  {
    says: 'a stream that broke off has told its input',
    provider: 'anthropic',
    ...events,
    body: named(message({ input_tokens: 10, output_tokens: 1 })),
    tokens: { inputUncached: 10, output: 1 },
    reading: { isComplete: false },
  },
  {
    says: 'the pass of a compaction is added',
    provider: 'anthropic',
    body: anthropicBody({
      input_tokens: 600,
      output_tokens: 50,
      iterations: [
        { type: 'compaction', input_tokens: 60_000, output_tokens: 500, cache_read_input_tokens: 8 },
        { type: 'message', input_tokens: 600, output_tokens: 50 },
      ],
    }),
    tokens: { inputUncached: 60_600, cacheRead: 8, output: 550 },
  },
  {
    says: 'a compaction that is already inside is not added again',
    provider: 'anthropic',
    body: anthropicBody({
      input_tokens: 60_600,
      output_tokens: 550,
      iterations: [
        { type: 'compaction', input_tokens: 60_000, output_tokens: 500 },
        { type: 'message', input_tokens: 600, output_tokens: 50 },
      ],
    }),
    tokens: { inputUncached: 60_600, output: 550 },
  },
  {
    says: 'an adviser is a line of its own',
    provider: 'anthropic',
    body: anthropicBody({
      input_tokens: 30,
      output_tokens: 12,
      iterations: [
        { type: 'message', input_tokens: 10, output_tokens: 5 },
        { type: 'advisor_message', model: 'claude-big', input_tokens: 100, output_tokens: 3 },
        { type: 'message', input_tokens: 20, output_tokens: 7 },
        { type: 'advisor_message', model: 'claude-big', input_tokens: 200, output_tokens: 4 },
      ],
    }),
    tokens: { inputUncached: 30, output: 12 },
    moreLines: [{ model: 'claude-big', tokens: { inputUncached: 300, output: 7 } }],
  },
  {
    says: 'a fallback is billed at the model that answered',
    provider: 'anthropic',
    body: anthropicBody({
      input_tokens: 40,
      output_tokens: 20,
      iterations: [
        { type: 'message', model: 'claude-1', input_tokens: 38, output_tokens: 0 },
        { type: 'fallback_message', model: 'claude-2', input_tokens: 40, output_tokens: 20 },
      ],
    }),
    tokens: { inputUncached: 40, output: 20 },
    reading: { servedModel: 'claude-2' },
  },
  {
    says: 'counting tokens costs none',
    provider: 'anthropic',
    endpoint: 'count_tokens',
    body: JSON.stringify({ input_tokens: 50 }),
    tokens: null,
  },
  {
    says: 'an error within a stream is read, and what was told before it',
    provider: 'anthropic',
    ...events,
    body: named(message({ input_tokens: 10, output_tokens: 1 }), {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    }),
    tokens: { inputUncached: 10, output: 1 },
    reading: { error: { code: 'overloaded_error', message: 'Overloaded' }, isComplete: false },
  },
].map((entry) => ({ ...entry, dialect: 'anthropic-messages' as const, endpoint: entry.endpoint ?? 'messages' }));
