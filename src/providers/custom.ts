import { dialectAccess } from './dialect-access.ts';
import type { Provider } from './provider.ts';
import { unknownHostUsage } from './usage-rules.ts';

export const custom: Provider = {
  id: 'custom',
  name: 'Custom',
  nameZh: '自定义',
  region: 'global',
  website: null,
  consoleUrl: null,
  docsUrl: null,
  status: 'active',
  keyFormat: { pattern: null, prefix: null, example: null },
  environment: { secret: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'], other: [] },
  isKeyOptional: true,
  baseUrl: null,
  baseUrlExample: 'https://llm.example.com/v1',
  dialects: {
    'openai-chat': dialectAccess('openai-chat', '{baseUrl}', {
      endpoints: ['/chat/completions', '/completions', '/embeddings', '/models'],
      usage: unknownHostUsage,
    }),
    'openai-responses': dialectAccess('openai-responses', '{baseUrl}'),
    'anthropic-messages': dialectAccess('anthropic-messages', '{baseUrl}'),
    gemini: dialectAccess('gemini', '{baseUrl}'),
  },
  otherBaseUrls: [],
  probe: { method: 'GET', at: '/models', mayBePublic: true, mustBeList: true, statusReasons: { 403: 'invalid_key' } },
  // Relays built on one-api and new-api.
  balance: { at: '/dashboard/billing/credit_grants', fromOrigin: true, amount: 'total_available', currency: 'USD' },
  modelList: { at: '/models' },
  siblings: [],
  failureRules: [],
  quirks: ['Relays often answer 200 with an error in the body.'],
};
