import { openaiCompatible } from './openai-compatible.ts';
import type { FailureRule, Probe } from './provider.ts';

/** https://docs.bigmodel.cn/cn/api/api-code */
export const zhipuFailureRules: readonly FailureRule[] = [
  { codes: ['1003'], kind: 'invalid_key', reason: 'key_expired' },
  { codes: ['1000', '1001', '1002', '1004', '1005'], kind: 'invalid_key' },
  { codes: ['1110', '1111', '1112', '1121'], kind: 'forbidden', reason: 'account_blocked' },
  { codes: ['1113'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
  { codes: ['1210', '1212', '1213', '1214', '1215'], kind: 'bad_request' },
  { codes: ['1211'], kind: 'unknown_model' },
  { codes: ['1220', '1311'], kind: 'forbidden', reason: 'valid_restricted' },
  { codes: ['1221', '1222'], kind: 'wrong_endpoint' },
  { codes: ['1261'], kind: 'context_too_long' },
  { codes: ['1301'], kind: 'content_filtered' },
  { codes: ['1302', '1303', '1304', '1313'], kind: 'rate_limited' },
  { codes: ['1305', '1312'], kind: 'overloaded' },
  {
    codes: ['1308', '1310', '1316', '1317', '1318', '1319', '1320', '1321'],
    kind: 'quota_exhausted',
    reason: 'plan_window_used_up',
  },
  { codes: ['1309'], kind: 'quota_exhausted' },
  { codes: ['500', '1200', '1230', '1234'], kind: 'provider_error' },
];

/** The model list is undocumented, but the gateway checks the key first: any coded answer but a refusal proves it. */
export const zhipuProbe: Probe = { method: 'GET', at: '/models', provenBy: ['bad_request', 'unknown_model'] };

export const zhipu = openaiCompatible({
  id: 'zhipu',
  name: 'Zhipu AI (BigModel)',
  nameZh: '智谱 AI（GLM）',
  region: 'cn',
  website: 'https://www.zhipuai.cn',
  consoleUrl: 'https://open.bigmodel.cn/usercenter/apikeys',
  docsUrl: 'https://docs.bigmodel.cn',
  openaiBaseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  anthropicBaseUrl: 'https://open.bigmodel.cn/api/anthropic',
  keyFormat: { pattern: '^[A-Fa-f0-9]{32}\\.[A-Za-z0-9]{16}$', prefix: null, example: '3ec7****.****' },
  environment: {
    secret: ['ZHIPU_API_KEY', 'ZHIPUAI_API_KEY', 'ZAI_API_KEY', 'BIGMODEL_API_KEY'],
    baseUrl: [],
    other: [],
  },
  siblings: ['zai'],
  endpoints: ['/chat/completions', '/embeddings', '/images/generations', '/audio/speech', '/models'],
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk' },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://open.bigmodel.cn/api/coding/paas/v4', note: 'GLM Coding Plan keys only.' },
  ],
  probe: zhipuProbe,
  failureRules: zhipuFailureRules,
  quirks: [
    'Error codes are numbers written as text.',
    'temperature within [0, 1], top_p within [0.01, 1], at most 4 stop words.',
    'A Coding Plan key on the standard path answers 1113.',
  ],
});
