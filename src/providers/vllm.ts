import { openaiCompatible } from './openai-compatible.ts';

export const vllm = openaiCompatible({
  id: 'vllm',
  name: 'vLLM (self-hosted)',
  nameZh: 'vLLM（自建）',
  region: 'local',
  website: 'https://docs.vllm.ai',
  consoleUrl: null,
  docsUrl: 'https://docs.vllm.ai',
  openaiBaseUrl: 'http://127.0.0.1:8000/v1',
  keyFormat: { pattern: null, prefix: null, example: null },
  environment: { secret: ['VLLM_API_KEY'], baseUrl: ['VLLM_BASE_URL'], other: [] },
  hasResponses: true,
  endpoints: ['/chat/completions', '/completions', '/embeddings', '/models'],
  isKeyOptional: true,
  probe: { method: 'GET', at: '/models', mayBePublic: true },
  quirks: ['Asks for a key only if started with --api-key.'],
});
