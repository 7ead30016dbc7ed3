import { openaiCompatible } from './openai-compatible.ts';

export const deepinfra = openaiCompatible({
  id: 'deepinfra',
  name: 'DeepInfra',
  nameZh: 'DeepInfra',
  region: 'global',
  website: 'https://deepinfra.com',
  consoleUrl: 'https://deepinfra.com/dash/api_keys',
  docsUrl: 'https://docs.deepinfra.com',
  openaiBaseUrl: 'https://api.deepinfra.com/v1/openai',
  anthropicBaseUrl: 'https://api.deepinfra.com/anthropic',
  keyFormat: { pattern: '^[A-Za-z0-9]{32}$', prefix: null, example: '****' },
  environment: { secret: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://api.deepinfra.com/v1', note: 'Second path of the same API.' },
    { dialect: null, url: 'https://api.deepinfra.com/v1/inference', note: 'Native API, one path per model.' },
  ],
  probe: {
    method: 'GET',
    at: 'https://api.deepinfra.com/v1/me?checklist=true',
    successRules: [{ path: 'checklist.suspended', equals: true, reason: 'valid_no_credit' }],
  },
  balance: {
    at: 'https://api.deepinfra.com/v1/me?checklist=true',
    amount: 'checklist.stripe_balance',
    isNegated: true,
    currency: 'USD',
  },
  modelList: { at: '/models', isPublic: true },
  failureRules: [{ text: /not authorized to access/i, kind: 'invalid_key' }],
  quirks: ['The balance call also answers with an e-mail address.', 'usage.estimated_cost is in USD.'],
});
