import { openaiCompatible } from './openai-compatible.ts';

export const together = openaiCompatible({
  id: 'together',
  name: 'Together AI',
  nameZh: 'Together AI',
  region: 'global',
  website: 'https://www.together.ai',
  consoleUrl: 'https://api.together.ai/settings/api-keys',
  docsUrl: 'https://docs.together.ai',
  openaiBaseUrl: 'https://api.together.ai/v1',
  keyFormat: { pattern: '^(?:tgp_v1_[A-Za-z0-9_-]{43}|[a-f0-9]{64})$', prefix: 'tgp_v1_', example: 'tgp_v1_****' },
  environment: { secret: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/completions', '/embeddings', '/images/generations', '/models'],
  otherBaseUrls: [{ dialect: 'openai-chat', url: 'https://api.together.xyz/v1', note: 'Older host, still served.' }],
  quirks: ['The model list is a bare array and large.', 'A 401 may be plain text.'],
});
