import { openaiCompatible } from './openai-compatible.ts';

export const iflytekSpark = openaiCompatible({
  id: 'iflytek-spark',
  name: 'iFlytek Spark',
  nameZh: '讯飞星火',
  region: 'cn',
  website: 'https://xinghuo.xfyun.cn',
  consoleUrl: 'https://console.xfyun.cn/services/bmx1',
  docsUrl: 'https://www.xfyun.cn/doc/spark/HTTP%E8%B0%83%E7%94%A8%E6%96%87%E6%A1%A3.html',
  openaiBaseUrl: 'https://spark-api-open.xf-yun.com/v1',
  keyFormat: { pattern: '^[A-Za-z0-9]{16,}:[A-Za-z0-9]{16,}$', prefix: null, example: '****:****' },
  environment: {
    secret: ['SPARK_API_PASSWORD', 'SPARK_API_KEY', 'IFLYTEK_API_KEY'],
    baseUrl: [],
    other: ['IFLYTEK_APP_ID', 'IFLYTEK_API_SECRET'],
  },
  endpoints: ['/chat/completions'],
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk' },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://spark-api-open.xf-yun.com/v2', note: 'X1.5, model spark-x.' },
    { dialect: 'openai-chat', url: 'https://spark-api-open.xf-yun.com/x2', note: 'X2, model spark-x.' },
    { dialect: 'openai-chat', url: 'https://spark-api-open.xf-yun.com/agent/v1', note: 'X2-Flash.' },
  ],
  // No list of models exists; the model lite is free of charge.
  probe: {
    method: 'POST',
    at: '/chat/completions',
    body: { model: 'lite', messages: [{ role: 'user', content: 'hi' }], max_tokens: 1 },
    provenBy: ['unknown_model'],
    statusReasons: { 403: 'invalid_key' },
  },
  modelList: null,
  failureRules: [
    { text: /hmac signature|invalid user/i, kind: 'invalid_key' },
    { codes: ['11200'], kind: 'quota_exhausted' },
    { codes: ['10007', '11202', '11203'], kind: 'rate_limited' },
  ],
  quirks: ['The base URL depends on the family of the model.', 'A code other than 0 with HTTP 200 is a failure.'],
});
