import { openaiCompatible } from './openai-compatible.ts';
import type { FailureRule } from './provider.ts';

/** The numbers stand behind the sentence of an error, or in base_resp of the native API with HTTP 200. */
export const minimaxFailureRules: readonly FailureRule[] = [
  { codes: ['2013'], text: /context window|context length/i, kind: 'context_too_long' },
  { codes: ['2013'], kind: 'bad_request' },
  { codes: ['2056'], kind: 'quota_exhausted', reason: 'plan_window_used_up' },
  { codes: ['1008', 'insufficient_balance_error'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
  { codes: ['1002', '1039'], kind: 'rate_limited' },
  { codes: ['1004', '2049', 'authorized_error'], kind: 'invalid_key' },
];

export const minimax = openaiCompatible({
  id: 'minimax',
  name: 'MiniMax (China)',
  nameZh: 'MiniMax 稀宇',
  region: 'cn',
  website: 'https://www.minimaxi.com',
  consoleUrl: 'https://platform.minimaxi.com/user-center/basic-information/interface-key',
  docsUrl: 'https://platform.minimaxi.com/docs',
  openaiBaseUrl: 'https://api.minimaxi.com/v1',
  anthropicBaseUrl: 'https://api.minimaxi.com/anthropic',
  keyFormat: {
    pattern: '^(?:sk-(?:api|cp)-[\\w-]{20,}|eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+)$',
    prefix: 'sk-api-',
    morePrefixes: ['sk-cp-', 'eyJ'],
    example: 'sk-api-****',
  },
  environment: { secret: ['MINIMAX_API_KEY', 'MINIMAX_CN_API_KEY'], baseUrl: [], other: ['MINIMAX_GROUP_ID'] },
  siblings: ['minimax-intl'],
  hasResponses: true,
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://api.minimax.cn/v1', note: 'Newer domain.' },
    { dialect: 'openai-chat', url: 'https://api.minimax.chat/v1', note: 'Older domain.' },
    { dialect: 'anthropic-messages', url: 'https://api.minimax.cn/anthropic', note: 'Newer domain.' },
  ],
  failureRules: minimaxFailureRules,
  quirks: ['A key of the other region looks exactly like a wrong one (2049).'],
});
