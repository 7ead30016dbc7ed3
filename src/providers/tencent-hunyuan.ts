import { openaiCompatible } from './openai-compatible.ts';

export const tencentHunyuan = openaiCompatible({
  id: 'tencent-hunyuan',
  name: 'Tencent Hunyuan (legacy)',
  nameZh: '腾讯混元（旧平台）',
  region: 'cn',
  website: 'https://hunyuan.tencent.com',
  consoleUrl: 'https://console.cloud.tencent.com/hunyuan/api-key',
  docsUrl: 'https://cloud.tencent.com/document/product/1729/111007',
  status: 'legacy',
  openaiBaseUrl: 'https://api.hunyuan.cloud.tencent.com/v1',
  keyFormat: { pattern: '^sk-[A-Za-z0-9]{40,60}$', prefix: 'sk-', example: 'sk-****' },
  environment: {
    secret: ['HUNYUAN_API_KEY'],
    baseUrl: [],
    other: ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY'],
  },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  failureRules: [
    {
      text: /FreeResourcePackExhausted|ResourceUnavailable\.InArrears/,
      kind: 'quota_exhausted',
      reason: 'valid_no_credit',
    },
    { text: /^LimitExceeded/m, kind: 'rate_limited' },
  ],
  quirks: ['No new models and no new purchases; TokenHub is the successor.'],
});
