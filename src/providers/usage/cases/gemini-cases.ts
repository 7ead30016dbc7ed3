import { type Case, events, gemini, sse } from './case.ts';

export const geminiCases: readonly Case[] = [
  {
    says: 'thoughts and what tools brought are counted beside the rest',
    provider: 'google',
    body: gemini({
      promptTokenCount: 32,
      toolUsePromptTokenCount: 2000,
      candidatesTokenCount: 40,
      thoughtsTokenCount: 50,
      totalTokenCount: 2122,
      cachedContentTokenCount: 12,
    }),
    tokens: { inputUncached: 2020, cacheRead: 12, output: 40, reasoning: 50 },
    reading: { servedModel: 'gemini-1', responseId: 'g-1', isComplete: true },
  },
  {
    says: 'kinds are told by modality, cached ones too',
    provider: 'google',
    body: gemini({
      promptTokenCount: 100,
      candidatesTokenCount: 30,
      cachedContentTokenCount: 40,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 30 },
        { modality: 'AUDIO', tokenCount: 50 },
        { modality: 'IMAGE', tokenCount: 20 },
      ],
      cacheTokensDetails: [
        { modality: 'AUDIO', tokenCount: 35 },
        { modality: 'IMAGE', tokenCount: 5 },
      ],
      candidatesTokensDetails: [
        { modality: 'IMAGE', tokenCount: 20 },
        { modality: 'AUDIO', tokenCount: 4 },
      ],
    }),
    tokens: {
      inputUncached: 30,
      cacheRead: 5,
      audioCacheRead: 35,
      audioInput: 15,
      imageInput: 15,
      output: 6,
      audioOutput: 4,
      imageOutput: 20,
    },
  },
  {
    says: 'every event has all counts, and the last one counts',
    provider: 'google',
    ...events,
    body: sse(
      {
        candidates: [{ content: { parts: [{ text: 'a' }] } }],
        usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 15, thoughtsTokenCount: 7 },
      },
      {
        candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: '{' } } }] } }],
        usageMetadata: { trafficType: 'ON_DEMAND' },
      },
      {
        candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 87, thoughtsTokenCount: 78, totalTokenCount: 165 },
      },
    ).replaceAll('\n', '\r\n'),
    tokens: { inputUncached: 87, reasoning: 78 },
    reading: { isComplete: true, written: { ascii: 9, wide: 0 } },
  },
  {
    says: 'a stream without alt=sse is an array',
    provider: 'google',
    contentType: 'application/json; charset=UTF-8',
    body: `[${gemini({ promptTokenCount: 4 }, { candidates: [{ content: {} }] })},\r\n${gemini({ promptTokenCount: 4, candidatesTokenCount: 6 })}]`,
    tokens: { inputUncached: 4, output: 6 },
    reading: { isComplete: true },
  },
  {
    says: 'a blocked prompt that counts nothing used nothing',
    provider: 'google-vertex',
    body: JSON.stringify({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { trafficType: 'ON_DEMAND' } }),
    tokens: {},
  },
  {
    says: 'metadata without counts tells nothing yet',
    provider: 'google-vertex',
    ...events,
    body: sse({ candidates: [{}], usageMetadata: { trafficType: 'ON_DEMAND' } }),
    tokens: null,
  },
  {
    says: 'embeddings tell the prompt',
    provider: 'google',
    endpoint: 'embedContent',
    body: JSON.stringify({ embedding: { values: [0.1] }, usageMetadata: { promptTokenCount: 6 } }),
    tokens: { inputUncached: 6 },
  },
  {
    says: 'counting tokens costs none',
    provider: 'google',
    endpoint: 'countTokens',
    body: JSON.stringify({ totalTokens: 6, usageMetadata: { promptTokenCount: 6 } }),
    tokens: null,
  },
  {
    says: 'an error within a stream',
    provider: 'google',
    ...events,
    body: sse({ error: { code: 503, message: 'Busy.', status: 'UNAVAILABLE' } }),
    tokens: null,
    reading: { error: { code: 'UNAVAILABLE', message: 'Busy.' } },
  },
].map((entry) => ({ ...entry, dialect: 'gemini' as const, endpoint: entry.endpoint ?? 'generateContent' }));
