import { openaiCompatible } from './openai-compatible.ts';

export const groq = openaiCompatible({
  id: 'groq',
  name: 'Groq',
  nameZh: 'Groq',
  region: 'global',
  website: 'https://groq.com',
  consoleUrl: 'https://console.groq.com/keys',
  docsUrl: 'https://console.groq.com/docs',
  openaiBaseUrl: 'https://api.groq.com/openai/v1',
  keyFormat: { pattern: '^gsk_[A-Za-z0-9]{52}$', prefix: 'gsk_', example: 'gsk_****' },
  environment: { secret: ['GROQ_API_KEY'], baseUrl: [], other: [] },
  hasResponses: true,
  endpoints: ['/chat/completions', '/audio/transcriptions', '/audio/translations', '/audio/speech', '/models'],
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk' },
  failureRules: [
    // One request above the tokens per minute is 413 with this code, so the status would mislead.
    { codes: ['rate_limit_exceeded'], kind: 'rate_limited' },
    { httpStatus: [498], kind: 'overloaded' },
  ],
  quirks: ['Streams carry usage and x_groq.usage unasked.', '(TPD) and (RPD) in a 429 are limits of the day.'],
});
