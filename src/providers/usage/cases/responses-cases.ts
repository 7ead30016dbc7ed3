import { type Case, events, named, type StreamEvent } from './case.ts';

const responsesUsage = {
  input_tokens: 30,
  input_tokens_details: { cached_tokens: 10 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 50,
};
const responseTokens = { inputUncached: 20, cacheRead: 10, output: 15, reasoning: 5 };
const response = (type: string, usage: unknown, more: object = {}): StreamEvent => ({
  type,
  response: { id: 'resp_1', model: 'gpt-1', error: null, usage, ...more },
});

export const responsesCases: readonly Case[] = [
  ...['response.completed', 'response.incomplete', 'response.failed'].map((type) => ({
    says: `usage stands in ${type}`,
    provider: 'openai',
    dialect: 'openai-responses' as const,
    ...events,
    body: named(
      response('response.created', null),
      { type: 'response.output_text.delta', delta: 'Hello' },
      { type: 'response.output_text.done', text: 'Hello' },
      response(type, responsesUsage),
    ),
    tokens: responseTokens,
    reading: {
      servedModel: 'gpt-1',
      responseId: 'resp_1',
      isComplete: true,
      error: null,
      written: { ascii: 5, wide: 0 },
    },
  })),
  {
    says: 'xAI counts reasoning inside the output',
    provider: 'xai',
    dialect: 'openai-responses',
    body: JSON.stringify({ id: 'resp_1', model: 'grok', output: [], usage: responsesUsage }),
    tokens: responseTokens,
  },
  {
    says: 'a response that is shown again is not billed again',
    provider: 'openai',
    dialect: 'openai-responses',
    endpoint: 'responses/{id}',
    body: JSON.stringify({ id: 'resp_1', model: 'gpt-1', usage: responsesUsage }),
    tokens: null,
    reading: { responseId: 'resp_1' },
  },
  {
    says: 'a failure within a stream is an error without usage',
    provider: 'openai',
    dialect: 'openai-responses',
    ...events,
    body: named(
      response('response.created', null),
      { type: 'error', code: 'insufficient_quota', message: 'No credit.', param: null },
      response('response.failed', null, { error: { code: 'insufficient_quota', message: 'No credit.' } }),
    ),
    tokens: null,
    reading: { error: { code: 'insufficient_quota', message: 'No credit.' }, isComplete: true },
  },
];
