import { openaiCompatible } from './openai-compatible.ts';
import type { FailureRule } from './provider.ts';

export const siliconflowFailureRules: readonly FailureRule[] = [
  { codes: ['30014'], kind: 'invalid_key' },
  { codes: ['30001', '30011'], kind: 'quota_exhausted', reason: 'valid_no_credit' },
  { text: /invalid token|api key is invalid/i, kind: 'invalid_key' },
];

export const siliconflow = openaiCompatible({
  id: 'siliconflow',
  name: 'SiliconFlow (China)',
  nameZh: '硅基流动',
  region: 'cn',
  website: 'https://siliconflow.cn',
  consoleUrl: 'https://cloud.siliconflow.cn/account/ak',
  docsUrl: 'https://docs.siliconflow.cn',
  openaiBaseUrl: 'https://api.siliconflow.cn/v1',
  anthropicBaseUrl: 'https://api.siliconflow.cn',
  keyFormat: { pattern: '^sk-[a-z]{48}$', prefix: 'sk-', example: 'sk-****' },
  environment: { secret: ['SILICONFLOW_API_KEY', 'SILICONFLOW_CN_API_KEY'], baseUrl: [], other: [] },
  siblings: ['siliconflow-intl'],
  endpoints: ['/chat/completions', '/embeddings', '/rerank', '/images/generations', '/audio/speech', '/models'],
  failureRules: siliconflowFailureRules,
  quirks: ['Error bodies are {code, message, data}.', 'Models are removed often.'],
});
