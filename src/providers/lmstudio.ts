import { openaiCompatible } from './openai-compatible.ts';

export const lmstudio = openaiCompatible({
  id: 'lmstudio',
  name: 'LM Studio (local)',
  nameZh: 'LM Studio（本地）',
  region: 'local',
  website: 'https://lmstudio.ai/docs',
  consoleUrl: null,
  docsUrl: 'https://lmstudio.ai/docs',
  openaiBaseUrl: 'http://127.0.0.1:1234/v1',
  keyFormat: { pattern: null, prefix: null, example: null },
  environment: { secret: ['LM_STUDIO_API_KEY', 'LMSTUDIO_API_KEY'], baseUrl: ['LM_STUDIO_BASE_URL'], other: [] },
  hasResponses: true,
  endpoints: ['/chat/completions', '/completions', '/embeddings', '/models'],
  isKeyOptional: true,
  probe: { method: 'GET', at: '/models', mayBePublic: true },
  quirks: ['Native API at /api/v1.'],
});
