import { openaiCompatible } from './openai-compatible.ts';

export const sambanova = openaiCompatible({
  id: 'sambanova',
  name: 'SambaNova Cloud',
  nameZh: 'SambaNova Cloud',
  region: 'global',
  website: 'https://sambanova.ai',
  consoleUrl: 'https://cloud.sambanova.ai/apis',
  docsUrl: 'https://docs.sambanova.ai',
  openaiBaseUrl: 'https://api.sambanova.ai/v1',
  keyFormat: {
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    prefix: null,
    example: '****-****-****-****-****',
  },
  environment: { secret: ['SAMBANOVA_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  // The model list is public; a model that does not exist is refused after the key was checked.
  probe: {
    method: 'POST',
    at: '/chat/completions',
    body: { model: 'key-check', messages: [{ role: 'user', content: 'hi' }], max_tokens: 1 },
    provenBy: ['bad_request', 'unknown_model'],
  },
  modelList: { at: '/models', isPublic: true },
});
