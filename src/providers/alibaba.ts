import { openaiCompatible } from './openai-compatible.ts';
import type { FailureRule, UsageRules } from './provider.ts';
import { openaiChatUsage } from './usage-rules.ts';

/** https://help.aliyun.com/en/model-studio/error-code-start; insufficient_quota is a limit per minute here. */
export const alibabaFailureRules: readonly FailureRule[] = [
  {
    codes: [
      'insufficient_quota',
      'Throttling',
      'Throttling.RateQuota',
      'Throttling.AllocationQuota',
      'Throttling.BurstRate',
    ],
    kind: 'rate_limited',
  },
  { codes: ['Arrearage'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
  { codes: ['AllocationQuota.FreeTierOnly'], kind: 'quota_exhausted' },
  { codes: ['AccessDenied.Unpurchased'], kind: 'forbidden', reason: 'service_not_enabled' },
  { codes: ['InvalidApiKey', 'invalid_api_key'], kind: 'invalid_key' },
  { codes: ['ModelNotFound', 'model_not_found'], kind: 'unknown_model' },
  { codes: ['data_inspection_failed', 'DataInspectionFailed'], kind: 'content_filtered' },
];

export const alibabaUsage: Partial<UsageRules> = {
  paths: { ...openaiChatUsage.paths, cacheWrite: ['usage.prompt_tokens_details.cache_creation_input_tokens'] },
};

export const alibabaQuirks: readonly string[] = [
  'Keys belong to one region.',
  'Some thinking models only stream.',
  'Plan keys (sk-sp-) have hosts of their own.',
  'The native API streams with the header X-DashScope-SSE: enable.',
];

/** People know the address of the native API best; it stands beside the compatible one on the same host. */
export const alibabaPathFixes = [{ from: /^(?:\/api\/v1)?$/, to: '/compatible-mode/v1' }];

export const alibaba = openaiCompatible({
  id: 'alibaba',
  name: 'Alibaba Cloud Model Studio (DashScope, China)',
  nameZh: '阿里云百炼 / 通义千问',
  region: 'cn',
  website: 'https://www.aliyun.com/product/bailian',
  consoleUrl: 'https://bailian.console.aliyun.com/?tab=model#/api-key',
  docsUrl: 'https://help.aliyun.com/zh/model-studio/',
  openaiBaseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  hasResponses: true,
  anthropicBaseUrl: 'https://dashscope.aliyuncs.com/apps/anthropic',
  keyFormat: { pattern: '^sk-(?:sp-)?[A-Za-z0-9]{32,}$', prefix: 'sk-', morePrefixes: ['sk-sp-'], example: 'sk-****' },
  environment: { secret: ['DASHSCOPE_API_KEY', 'QWEN_API_KEY'], baseUrl: ['DASHSCOPE_BASE_URL'], other: [] },
  siblings: ['alibaba-intl'],
  shownBaseUrl: 'https://dashscope.aliyuncs.com/api/v1',
  pathFixes: alibabaPathFixes,
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  usage: alibabaUsage,
  otherBaseUrls: [{ dialect: null, url: 'https://dashscope.aliyuncs.com/api/v1', note: 'Native DashScope API.' }],
  failureRules: alibabaFailureRules,
  quirks: alibabaQuirks,
});
