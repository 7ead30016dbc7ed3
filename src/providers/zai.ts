import { openaiCompatible } from './openai-compatible.ts';
import { zhipuFailureRules, zhipuProbe } from './zhipu.ts';

export const zai = openaiCompatible({
  id: 'zai',
  name: 'Z.AI (Zhipu international)',
  nameZh: '智谱国际 Z.AI',
  region: 'global',
  website: 'https://z.ai',
  consoleUrl: 'https://z.ai/manage-apikey/apikey-list',
  docsUrl: 'https://docs.z.ai',
  openaiBaseUrl: 'https://api.z.ai/api/paas/v4',
  anthropicBaseUrl: 'https://api.z.ai/api/anthropic',
  keyFormat: { pattern: '^[A-Fa-f0-9]{32}\\.[A-Za-z0-9]{16}$', prefix: null, example: 'a1b2****.****' },
  environment: { secret: ['ZAI_API_KEY', 'ZHIPU_API_KEY'], baseUrl: [], other: [] },
  siblings: ['zhipu'],
  endpoints: ['/chat/completions', '/embeddings', '/images/generations', '/models'],
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk' },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://api.z.ai/api/coding/paas/v4', note: 'Coding plan keys only.' },
  ],
  probe: zhipuProbe,
  failureRules: zhipuFailureRules,
  quirks: ['The codes of BigModel with English messages.', 'finish_reason may be model_context_window_exceeded.'],
});
