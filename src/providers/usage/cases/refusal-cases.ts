import { type Case, events } from './case.ts';

export const refusalCases: readonly Case[] = [
  {
    says: 'a refusal with usage counts none',
    provider: 'openai',
    httpStatus: 429,
    body: JSON.stringify({
      error: { message: 'Slow down', code: 'rate_limit_exceeded' },
      usage: { prompt_tokens: 9 },
      id: 'x',
    }),
    tokens: null,
    reading: {
      error: { code: 'rate_limit_exceeded', message: 'Slow down' },
      written: { ascii: 0, wide: 0 },
      isComplete: false,
    },
  },
  {
    says: 'a refusal in an array',
    provider: 'google',
    dialect: 'gemini',
    httpStatus: 400,
    body: JSON.stringify([{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }]),
    tokens: null,
    reading: { error: { code: 'INVALID_ARGUMENT', message: 'Bad' } },
  },
  {
    says: 'a refusal as an event',
    provider: 'custom',
    httpStatus: 500,
    ...events,
    body: 'event: error\ndata: {"error":{"message":"Broken","type":"server_error"}}\n\n',
    tokens: null,
    reading: { error: { code: 'server_error', message: 'Broken' } },
  },
  {
    says: 'a refusal without a word',
    provider: 'custom',
    httpStatus: 502,
    body: '',
    tokens: null,
    reading: { error: null },
  },
];
