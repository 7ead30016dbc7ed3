import { anthropicBody, type Case, chat, events, named, sse } from './case.ts';

export const otherShapeCases: readonly Case[] = [
  {
    says: 'Cohere: the billed units of a chat',
    provider: 'cohere',
    endpoint: 'v2/chat',
    ...events,
    body: named({
      type: 'message-end',
      delta: {
        usage: {
          billed_units: { input_tokens: 5, output_tokens: 6 },
          tokens: { input_tokens: 50, output_tokens: 60 },
        },
      },
    }),
    tokens: { inputUncached: 5, output: 6 },
    reading: { isComplete: true },
  },
  {
    says: 'Cohere: the tokens of a ranking',
    provider: 'cohere',
    endpoint: 'rerank',
    body: JSON.stringify({
      id: 'r',
      results: [],
      meta: { billed_units: { search_units: 1 }, tokens: { input_tokens: 70, output_tokens: 0 } },
    }),
    tokens: { inputUncached: 70 },
  },
  {
    says: 'Voyage: a ranking tells the total alone',
    provider: 'voyage',
    endpoint: 'rerank',
    body: JSON.stringify({ object: 'list', data: [], model: 'rerank-1', usage: { total_tokens: 26 } }),
    tokens: { inputUncached: 26 },
  },
  {
    says: 'an unknown host ranks for its total',
    provider: 'custom',
    endpoint: 'rerank',
    body: JSON.stringify({ results: [], usage: { total_tokens: 26 } }),
    tokens: { inputUncached: 26 },
  },
  {
    says: 'Ollama: its own API tells the counts in its last line',
    provider: 'ollama',
    endpoint: 'api/chat',
    contentType: 'application/x-ndjson',
    body: `${JSON.stringify({ model: 'm-1', message: { content: 'a' }, done: false })}\n${JSON.stringify({ model: 'm-1', done: true, prompt_eval_count: 5, eval_count: 6 })}\n`,
    tokens: { inputUncached: 5, output: 6 },
    reading: { isComplete: true },
  },
  {
    says: "Anthropic's shape is known where nothing else tells it",
    provider: 'custom',
    endpoint: 'messages',
    body: anthropicBody({
      input_tokens: 5,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 0,
      output_tokens: 1,
    }),
    tokens: { inputUncached: 5, cacheRead: 7, output: 1 },
  },
  {
    says: 'a relay answers 200 with an error',
    provider: 'custom',
    body: JSON.stringify({
      error: { message: 'No channel for this model', type: 'new_api_error', code: 'model_not_found' },
    }),
    tokens: null,
    reading: {
      error: { code: 'model_not_found', message: 'No channel for this model' },
      written: { ascii: 0, wide: 0 },
    },
  },
  {
    says: 'iFlytek: a code beside a message is an error, code 0 is none',
    provider: 'iflytek-spark',
    ...events,
    body: sse(
      { code: 0, message: 'Success', sid: 's', choices: [{ delta: { content: 'a' } }] },
      { code: 10013, message: 'blocked', sid: 's' },
    ),
    tokens: null,
    reading: { error: { code: '10013', message: 'blocked' } },
  },
  {
    says: 'MiniMax: a failure beside an empty answer',
    provider: 'minimax',
    body: JSON.stringify({
      id: 'x',
      choices: null,
      base_resp: { status_code: 1008, status_msg: 'insufficient balance' },
    }),
    tokens: null,
    reading: { error: { code: '1008', message: 'insufficient balance' } },
  },
  {
    says: 'what stands in the answer is never usage',
    provider: 'openai',
    body: chat(
      { prompt_tokens: 2, completion_tokens: 1 },
      {
        choices: [{ message: { content: '"usage":{"prompt_tokens":999}', tool: { usage: { prompt_tokens: 999 } } } }],
      },
    ),
    tokens: { inputUncached: 2, output: 1 },
  },
];
