import { openaiCompatible } from './openai-compatible.ts';

export const voyage = openaiCompatible({
  id: 'voyage',
  name: 'Voyage AI',
  nameZh: 'Voyage AI',
  region: 'global',
  website: 'https://www.voyageai.com',
  consoleUrl: 'https://dashboard.voyageai.com/organization/api-keys',
  docsUrl: 'https://docs.voyageai.com',
  openaiBaseUrl: 'https://api.voyageai.com/v1',
  keyFormat: { pattern: '^(?:pa|al)-[A-Za-z0-9_-]{43}$', prefix: 'pa-', morePrefixes: ['al-'], example: 'pa-****' },
  environment: { secret: ['VOYAGE_API_KEY', 'VOYAGEAI_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/embeddings', '/multimodalembeddings', '/contextualizedembeddings', '/rerank', '/files'],
  usage: {
    paths: {
      input: 'usage.total_tokens',
      output: null,
      total: 'usage.total_tokens',
      cachedInput: [],
      cacheWrite: [],
      reasoning: [],
    },
    streamNeedsIncludeUsage: false,
    streamLocation: 'none',
  },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://ai.mongodb.com/v1', note: 'Keys issued by MongoDB Atlas (al-).' },
  ],
  probe: { method: 'GET', at: '/files', statusReasons: { 403: 'valid_restricted' } },
  modelList: null,
  failureRules: [{ text: /provided api key is invalid/i, kind: 'invalid_key' }],
  quirks: ['Embeddings and rerank only.'],
});
