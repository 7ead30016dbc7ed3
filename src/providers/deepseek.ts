import { openaiCompatible } from './openai-compatible.ts';

export const deepseek = openaiCompatible({
  id: 'deepseek',
  name: 'DeepSeek',
  nameZh: '深度求索 DeepSeek',
  region: 'cn',
  website: 'https://www.deepseek.com',
  consoleUrl: 'https://platform.deepseek.com/api_keys',
  docsUrl: 'https://api-docs.deepseek.com',
  openaiBaseUrl: 'https://api.deepseek.com',
  anthropicBaseUrl: 'https://api.deepseek.com/anthropic',
  endpoints: ['/chat/completions', '/v1/chat/completions', '/models', '/beta/completions', '/user/balance'],
  keyFormat: { pattern: '^sk-[a-z0-9]{32}$', prefix: 'sk-', example: 'sk-****a1b2' },
  environment: { secret: ['DEEPSEEK_API_KEY'], baseUrl: ['DEEPSEEK_BASE_URL'], other: [] },
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk' },
  probe: {
    method: 'GET',
    at: '/user/balance',
    successRules: [{ path: 'is_available', equals: false, reason: 'valid_no_credit' }],
  },
  balance: {
    at: '/user/balance',
    list: 'balance_infos',
    amount: 'total_balance',
    currency: { path: 'currency' },
  },
  failureRules: [
    { text: /model not exist/i, kind: 'unknown_model' },
    { text: /content exists risk/i, kind: 'content_filtered' },
    { text: /^insufficient balance/i, kind: 'quota_exhausted', reason: 'valid_no_credit' },
    { text: /^authentication fails/i, kind: 'invalid_key' },
  ],
  quirks: [
    'Waiting requests get blank lines, or ": keep-alive" comments in a stream.',
    'Reasoning text is in reasoning_content.',
    'finish_reason may be insufficient_system_resource.',
    'Prices differ between peak and off-peak hours.',
  ],
});
