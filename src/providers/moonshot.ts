import { openaiCompatible } from './openai-compatible.ts';
import type { FailureRule, Probe, UsageRules } from './provider.ts';
import { openaiChatUsage } from './usage-rules.ts';

export const moonshotFailureRules: readonly FailureRule[] = [
  { codes: ['exceeded_current_quota_error'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
  { codes: ['rate_limit_reached_error'], kind: 'rate_limited' },
  { codes: ['engine_overloaded_error'], kind: 'overloaded' },
  { codes: ['resource_not_found_error'], kind: 'unknown_model' },
];

export const moonshotProbe: Probe = {
  method: 'GET',
  at: '/users/me/balance',
  successRules: [{ path: 'data.available_balance', atMost: 0, reason: 'valid_no_credit' }],
};

export const moonshotUsage: Partial<UsageRules> = {
  paths: {
    ...openaiChatUsage.paths,
    cachedInput: ['usage.prompt_tokens_details.cached_tokens', 'usage.cached_tokens'],
  },
};

export const moonshot = openaiCompatible({
  id: 'moonshot',
  name: 'Moonshot AI (Kimi, China)',
  nameZh: '月之暗面 Kimi（国内）',
  region: 'cn',
  website: 'https://www.moonshot.cn',
  consoleUrl: 'https://platform.moonshot.cn/console/api-keys',
  docsUrl: 'https://platform.moonshot.cn/docs',
  openaiBaseUrl: 'https://api.moonshot.cn/v1',
  anthropicBaseUrl: 'https://api.moonshot.cn/anthropic',
  keyFormat: { pattern: '^sk-[A-Za-z0-9]{40,60}$', prefix: 'sk-', example: 'sk-****' },
  environment: { secret: ['MOONSHOT_API_KEY', 'KIMI_API_KEY'], baseUrl: ['MOONSHOT_BASE_URL'], other: [] },
  siblings: ['moonshot-intl'],
  endpoints: ['/chat/completions', '/models', '/files', '/users/me/balance', '/tokenizers/estimate-token-count'],
  usage: moonshotUsage,
  probe: moonshotProbe,
  balance: { at: '/users/me/balance', amount: 'data.available_balance', currency: 'CNY' },
  failureRules: moonshotFailureRules,
  quirks: [
    'Usage of a stream may stand in choices[0].usage of the last chunk.',
    'An unknown model and a missing permission share one answer.',
    'Kimi K2.5 and later accept only temperature 1.',
  ],
});
