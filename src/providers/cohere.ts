import { bearerAuth } from './dialect-access.ts';
import { openaiCompatible } from './openai-compatible.ts';

export const cohere = openaiCompatible({
  id: 'cohere',
  name: 'Cohere',
  nameZh: 'Cohere',
  region: 'global',
  website: 'https://cohere.com',
  consoleUrl: 'https://dashboard.cohere.com/api-keys',
  docsUrl: 'https://docs.cohere.com',
  openaiBaseUrl: 'https://api.cohere.ai/compatibility/v1',
  keyFormat: { pattern: '^[A-Za-z0-9]{40}$', prefix: null, example: '****' },
  environment: { secret: ['COHERE_API_KEY', 'CO_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings'],
  native: {
    baseUrl: 'https://api.cohere.com',
    auth: bearerAuth,
    headers: {},
    endpoints: ['/v2/chat', '/v2/embed', '/v2/rerank', '/v1/models', '/v1/check-api-key'],
    usage: {
      paths: {
        input: 'usage.billed_units.input_tokens',
        output: 'usage.billed_units.output_tokens',
        total: null,
        cachedInput: ['usage.cached_tokens'],
        cacheWrite: [],
        reasoning: [],
      },
      inputIncludesCached: true,
      outputIncludesReasoning: true,
      streamNeedsIncludeUsage: false,
      streamLocation: 'final-event',
    },
  },
  probe: {
    method: 'POST',
    at: 'https://api.cohere.com/v1/check-api-key',
    successRules: [{ path: 'valid', equals: false, reason: 'invalid_key' }],
  },
  modelList: { at: 'https://api.cohere.com/v1/models?page_size=1000' },
  failureRules: [
    { text: /invalid api token/i, kind: 'invalid_key' },
    { text: /limited to \d+ api calls/i, kind: 'quota_exhausted' },
  ],
  quirks: ['Prices are on billed_units, not on tokens.', 'Error bodies are flat: {"message": ...}.'],
});
