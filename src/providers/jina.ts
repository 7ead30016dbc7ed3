import { openaiCompatible } from './openai-compatible.ts';

export const jina = openaiCompatible({
  id: 'jina',
  name: 'Jina AI',
  nameZh: 'Jina AI',
  region: 'global',
  website: 'https://jina.ai',
  consoleUrl: 'https://jina.ai/api-dashboard/key-manager',
  docsUrl: 'https://jina.ai/embeddings/',
  openaiBaseUrl: 'https://api.jina.ai/v1',
  keyFormat: { pattern: '^jina_[A-Za-z0-9_-]{60}$', prefix: 'jina_', example: 'jina_****' },
  environment: { secret: ['JINA_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/embeddings', '/rerank', '/classify', '/segment'],
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
    { dialect: 'openai-chat', url: 'https://deepsearch.jina.ai/v1', note: 'DeepSearch, the chat dialect.' },
  ],
  // The only free call takes the key in the URL; one embedded character costs a token and keeps it out of logs.
  probe: { method: 'POST', at: '/embeddings', body: { model: 'jina-embeddings-v3', input: ['.'] } },
  modelList: null,
  quirks: ['The balance is counted in tokens and told only to a key in the URL.'],
});
