import { type Case, chat, chunk, events, sse } from './case.ts';

export const openaiCases: readonly Case[] = [
  {
    says: 'a chat splits cached, written, audio and reasoning',
    provider: 'openai',
    body: chat({
      prompt_tokens: 100,
      completion_tokens: 60,
      total_tokens: 160,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10, audio_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 25, audio_tokens: 15 },
    }),
    tokens: {
      inputUncached: 30,
      cacheRead: 40,
      cacheWrite5m: 10,
      audioInput: 20,
      output: 20,
      reasoning: 25,
      audioOutput: 15,
    },
    reading: { servedModel: 'm-1', responseId: 'chatcmpl-1', isComplete: true, isClamped: false, error: null },
  },
  {
    says: 'cached audio is a kind of its own',
    provider: 'openai',
    body: chat({
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_tokens_details: {
        cached_tokens: 60,
        audio_tokens: 50,
        cached_tokens_details: { audio_tokens: 30, text_tokens: 30 },
      },
    }),
    tokens: { inputUncached: 20, cacheRead: 30, audioCacheRead: 30, audioInput: 20, output: 1 },
  },
  {
    says: 'a stream tells usage in a chunk without choices, behind chunks with usage null',
    provider: 'openai',
    ...events,
    body: sse(
      chunk('He', { usage: null }),
      chunk('llo', { usage: null }),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      '[DONE]',
    ),
    tokens: { inputUncached: 3, output: 2 },
    reading: { isComplete: true, written: { ascii: 5, wide: 0 } },
  },
  {
    says: 'zero that was told is usage',
    provider: 'openai',
    body: chat({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
    tokens: {},
  },
  {
    says: 'a stream without usage tells none, and how much was written',
    provider: 'openai-compatible',
    ...events,
    body: sse(chunk('héllo 你好'), chunk('\\"\n'), '[DONE]'),
    tokens: null,
    reading: { written: { ascii: 8, wide: 3 }, isComplete: true, servedModel: 'm-1' },
  },
  {
    says: 'embeddings tell input only',
    provider: 'openai',
    endpoint: 'embeddings',
    body: JSON.stringify({
      data: [{ embedding: [0.1, 0.2] }],
      model: 'e-1',
      usage: { prompt_tokens: 8, total_tokens: 8 },
    }),
    tokens: { inputUncached: 8 },
  },
  {
    says: 'pictures that are made count as pictures, and so do those that are read',
    provider: 'openai',
    endpoint: 'images/generations',
    body: JSON.stringify({
      data: [{ b64_json: 'QUJD' }],
      usage: {
        input_tokens: 50,
        output_tokens: 1000,
        total_tokens: 1050,
        input_tokens_details: { text_tokens: 10, image_tokens: 40 },
      },
    }),
    tokens: { inputUncached: 10, imageInput: 40, imageOutput: 1000 },
  },
  {
    says: 'a transcription by tokens',
    provider: 'openai',
    endpoint: 'audio/transcriptions',
    body: JSON.stringify({
      text: 'Hello',
      usage: {
        type: 'tokens',
        input_tokens: 14,
        input_token_details: { text_tokens: 4, audio_tokens: 10 },
        output_tokens: 5,
        total_tokens: 19,
      },
    }),
    tokens: { inputUncached: 4, audioInput: 10, output: 5 },
  },
  {
    says: 'a transcription by seconds tells no tokens',
    provider: 'openai',
    endpoint: 'audio/transcriptions',
    body: JSON.stringify({ text: 'Hello', usage: { type: 'duration', seconds: 9 } }),
    tokens: null,
  },
  {
    says: 'moderations are free',
    provider: 'openai',
    endpoint: 'moderations',
    body: JSON.stringify({ id: 'modr-1', results: [{}], usage: { prompt_tokens: 3 } }),
    tokens: null,
  },
  {
    says: 'an old completion has the same usage',
    provider: 'openai',
    endpoint: 'completions',
    body: JSON.stringify({
      id: 'cmpl-1',
      choices: [{ text: 'Hi' }],
      usage: { prompt_tokens: 5, completion_tokens: 7 },
    }),
    tokens: { inputUncached: 5, output: 7 },
  },
];
