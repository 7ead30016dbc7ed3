import { openaiCompatible } from './openai-compatible.ts';

export const volcengine = openaiCompatible({
  id: 'volcengine',
  name: 'Volcengine Ark (Doubao)',
  nameZh: '火山方舟 / 豆包',
  region: 'cn',
  website: 'https://www.volcengine.com/product/ark',
  consoleUrl: 'https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey',
  docsUrl: 'https://www.volcengine.com/docs/82379',
  openaiBaseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
  keyFormat: {
    pattern: '^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|ark-[0-9a-f-]{36}-[A-Za-z0-9]+)$',
    prefix: 'ark-',
    example: 'ark-****-****-****-****-****-****',
  },
  environment: { secret: ['ARK_API_KEY', 'VOLCENGINE_API_KEY', 'DOUBAO_API_KEY'], baseUrl: [], other: [] },
  hasResponses: true,
  endpoints: ['/chat/completions', '/embeddings', '/images/generations', '/contents/generations/tasks', '/models'],
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://ark.cn-beijing.volces.com/api/coding/v3', note: 'Coding Plan keys only.' },
    {
      dialect: 'anthropic-messages',
      url: 'https://ark.cn-beijing.volces.com/api/coding',
      note: 'Coding Plan keys only.',
    },
    { dialect: 'openai-chat', url: 'https://ark.ap-southeast.bytepluses.com/api/v3', note: 'BytePlus, international.' },
  ],
  failureRules: [
    { codes: ['AuthenticationError'], kind: 'invalid_key' },
    { text: /InvalidEndpointOrModel\.NotFound/, kind: 'unknown_model' },
    { codes: ['AccountOverdueError'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
    { codes: ['SetLimitExceeded', 'QuotaExceeded'], kind: 'quota_exhausted' },
    { text: /RateLimitExceeded/, kind: 'rate_limited' },
    { codes: ['ServerOverloaded'], kind: 'overloaded' },
  ],
  quirks: [
    'The model is a full versioned id or an ep- endpoint.',
    'A plan key on the standard path gets the same 401 as a wrong one.',
  ],
});
