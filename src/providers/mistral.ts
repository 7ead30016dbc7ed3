import { openaiCompatible } from './openai-compatible.ts';

export const mistral = openaiCompatible({
  id: 'mistral',
  name: 'Mistral AI',
  nameZh: 'Mistral AI',
  region: 'global',
  website: 'https://mistral.ai',
  consoleUrl: 'https://console.mistral.ai/api-keys',
  docsUrl: 'https://docs.mistral.ai',
  openaiBaseUrl: 'https://api.mistral.ai/v1',
  keyFormat: { pattern: '^[A-Za-z0-9]{32}$', prefix: null, example: '****' },
  environment: { secret: ['MISTRAL_API_KEY', 'CODESTRAL_API_KEY'], baseUrl: [], other: [] },
  endpoints: [
    '/chat/completions',
    '/fim/completions',
    '/embeddings',
    '/ocr',
    '/audio/transcriptions',
    '/conversations',
    '/models',
  ],
  // Audio that a call brings is counted in the total only.
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk', totalSurplus: 'input' },
  otherBaseUrls: [{ dialect: 'openai-chat', url: 'https://codestral.mistral.ai/v1', note: 'Codestral keys only.' }],
  failureRules: [
    // A used-up plan is answered in exactly the same way as a wrong key.
    { httpStatus: [401], text: /^unauthorized$/im, kind: 'invalid_key', reason: 'invalid_or_plan_used_up' },
    { codes: ['1300', 'rate_limited'], kind: 'rate_limited' },
    { codes: ['1500', 'invalid_model'], kind: 'unknown_model' },
    { codes: ['3051'], kind: 'context_too_long' },
    { codes: ['3505', 'service_tier_capacity_exceeded'], kind: 'overloaded' },
  ],
  quirks: ['Do not send stream_options.', 'content may be a list of parts (thinking) on reasoning models.'],
});
