import { openaiCompatible } from './openai-compatible.ts';
import type { FailureRule } from './provider.ts';

/** https://cloud.baidu.com/doc/qianfan-api/s/Om9b4yj3w; a model that does not exist is answered with 401 here. */
const failureRules: readonly FailureRule[] = [
  { codes: ['invalid_model'], text: /model is empty/i, kind: 'bad_request' },
  { codes: ['invalid_model', 'model_offline'], kind: 'unknown_model' },
  { codes: ['malformed_json', 'invalid_messages', 'invalid_argument', 'method_not_supported'], kind: 'bad_request' },
  { codes: ['characters_too_long', 'tokens_too_long'], kind: 'context_too_long' },
  { codes: ['invalid_appid', 'no_parameter_permission'], kind: 'forbidden', reason: 'valid_restricted' },
  { text: /coding_plan_api_key_|token_plan_person_api_key_/, kind: 'wrong_endpoint', reason: 'wrong_path_for_key' },
  { codes: ['account_overdue'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
  { text: /coding_plan_(?:hour|week|month)_quota_exceeded/, kind: 'quota_exhausted', reason: 'plan_window_used_up' },
  { codes: ['token_quota_exceeded'], kind: 'quota_exhausted' },
  {
    codes: ['system_unsafe', 'user_setting_unsafe', 'functions_unsafe', 'image_url_unsafe', 'unsafe_request'],
    kind: 'content_filtered',
  },
  { text: /cluster_\w*rate_limit_exceeded/, kind: 'overloaded' },
  { text: /rate_limit_exceeded/, kind: 'rate_limited' },
  { codes: ['invalid_iam_token', 'invalid_client', '110'], kind: 'invalid_key' },
  { codes: ['111'], kind: 'invalid_key', reason: 'key_expired' },
  { codes: ['17', '19'], kind: 'quota_exhausted' },
  { codes: ['18'], kind: 'rate_limited' },
  { codes: ['336100'], kind: 'overloaded' },
  { codes: ['internal_error', 'dispatch_internal_error'], kind: 'provider_error' },
];

export const baidu = openaiCompatible({
  id: 'baidu',
  name: 'Baidu Qianfan (ERNIE)',
  nameZh: '百度千帆 / 文心一言',
  region: 'cn',
  website: 'https://cloud.baidu.com/product/wenxinworkshop',
  consoleUrl: 'https://console.bce.baidu.com/qianfan/ais/console/apiKey',
  docsUrl: 'https://cloud.baidu.com/doc/qianfan-api/index.html',
  openaiBaseUrl: 'https://qianfan.baidubce.com/v2',
  anthropicBaseUrl: 'https://qianfan.baidubce.com/anthropic',
  keyFormat: {
    pattern: '^(?:bce-v3/ALTAK[A-Z]*-[A-Za-z0-9]{15,40}/[a-f0-9]{40}|[A-Za-z0-9]{24})$',
    prefix: 'bce-v3/ALTAK',
    example: 'bce-v3/ALTAK-****/****',
  },
  environment: {
    secret: ['QIANFAN_API_KEY', 'QIANFAN_TOKEN', 'BAIDU_API_KEY'],
    baseUrl: [],
    other: ['QIANFAN_AK', 'QIANFAN_SK', 'BAIDU_SECRET_KEY'],
  },
  shownBaseUrl: 'https://aip.baidubce.com',
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  pairedSecret: {
    // API Key and Secret Key of an application on the legacy platform, joined as people note them down.
    pattern: '^([A-Za-z0-9]{24})[|:,]([A-Za-z0-9]{32})$',
    tokenUrl: 'https://aip.baidubce.com/oauth/2.0/token',
  },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://qianfan.baidubce.com/v2/coding', note: 'Coding plan keys only.' },
    {
      dialect: 'openai-chat',
      url: 'https://qianfan.baidubce.com/v2/tokenplan/personal',
      note: 'Token plan keys only.',
    },
    {
      dialect: 'anthropic-messages',
      url: 'https://qianfan.baidubce.com/anthropic/coding',
      note: 'Coding plan keys only.',
    },
    {
      dialect: null,
      url: 'https://aip.baidubce.com',
      note: 'Legacy platform: OAuth token for 30 days, errors with HTTP 200.',
    },
  ],
  probe: {
    method: 'GET',
    at: '/models',
    successRules: [{ path: 'access_token', isPresent: true, reason: 'valid_legacy' }],
  },
  failureRules,
  quirks: [
    'The v2 API refuses the OAuth token of the legacy platform.',
    'An unknown model is 401 invalid_model.',
    'Errors carry a top-level id that begins with as-.',
  ],
});
