import { openaiCompatible } from './openai-compatible.ts';
import { openaiChatUsage } from './usage-rules.ts';

export const perplexity = openaiCompatible({
  id: 'perplexity',
  name: 'Perplexity',
  nameZh: 'Perplexity',
  region: 'global',
  website: 'https://www.perplexity.ai',
  consoleUrl: 'https://www.perplexity.ai/account/api/keys',
  docsUrl: 'https://docs.perplexity.ai',
  openaiBaseUrl: 'https://api.perplexity.ai',
  keyFormat: { pattern: '^pplx-[A-Za-z0-9]{48}$', prefix: 'pplx-', example: 'pplx-****' },
  environment: { secret: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/v1/sonar', '/async/chat/completions', '/search'],
  usage: {
    paths: { ...openaiChatUsage.paths, cachedInput: [], reasoning: ['usage.reasoning_tokens'] },
    outputIncludesReasoning: false,
    streamNeedsIncludeUsage: false,
    streamLocation: 'every-chunk',
  },
  otherBaseUrls: [{ dialect: 'openai-responses', url: 'https://api.perplexity.ai/v1', note: 'Agent API.' }],
  // There is no free call; a model that does not exist is refused after the key was checked.
  probe: {
    method: 'POST',
    at: '/chat/completions',
    body: { model: 'key-check', messages: [{ role: 'user', content: '.' }], max_tokens: 1 },
    provenBy: ['bad_request', 'unknown_model'],
    statusReasons: { 403: 'invalid_key' },
  },
  modelList: null,
  failureRules: [
    { httpStatus: [401], text: /insufficient_quota|exceeded your .*quota/i, kind: 'quota_exhausted' },
    { text: /invalid model/i, kind: 'unknown_model' },
  ],
  quirks: ['Fees per request and per search come beside tokens.', 'Errors may be HTML pages.'],
});
