import { openaiCompatible } from './openai-compatible.ts';

export const novita = openaiCompatible({
  id: 'novita',
  name: 'Novita AI',
  nameZh: 'Novita AI',
  region: 'global',
  website: 'https://novita.ai',
  consoleUrl: 'https://novita.ai/settings/key-management',
  docsUrl: 'https://novita.ai/docs',
  openaiBaseUrl: 'https://api.novita.ai/openai/v1',
  anthropicBaseUrl: 'https://api.novita.ai/anthropic',
  keyFormat: { pattern: '^sk_[\\w-]{20,}$', prefix: 'sk_', example: 'sk_****' },
  environment: { secret: ['NOVITA_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  otherBaseUrls: [{ dialect: 'openai-chat', url: 'https://api.novita.ai/v3/openai', note: 'Older path.' }],
  probe: {
    method: 'GET',
    at: 'https://api.novita.ai/openapi/v1/billing/balance/detail',
    successRules: [{ path: 'availableBalance', atMost: 0, reason: 'valid_no_credit' }],
    statusReasons: { 403: 'invalid_key' },
  },
  balance: {
    at: 'https://api.novita.ai/openapi/v1/billing/balance/detail',
    amount: 'availableBalance',
    decimals: 4,
    currency: 'USD',
  },
  modelList: { at: '/models', isPublic: true },
  failureRules: [{ text: /NOT_ENOUGH_BALANCE/, kind: 'quota_exhausted', reason: 'valid_no_credit' }],
});
