import { openaiCompatible } from './openai-compatible.ts';
import { openaiChatUsage } from './usage-rules.ts';

export const ollama = openaiCompatible({
  id: 'ollama',
  name: 'Ollama (local)',
  nameZh: 'Ollama（本地）',
  region: 'local',
  website: 'https://ollama.com',
  consoleUrl: 'https://ollama.com/settings/keys',
  docsUrl: 'https://docs.ollama.com',
  openaiBaseUrl: 'http://127.0.0.1:11434/v1',
  hasResponses: true,
  anthropicBaseUrl: 'http://127.0.0.1:11434',
  keyFormat: { pattern: null, prefix: null, example: null },
  environment: { secret: ['OLLAMA_API_KEY'], baseUrl: ['OLLAMA_HOST', 'OLLAMA_BASE_URL'], other: [] },
  endpoints: ['/chat/completions', '/completions', '/embeddings', '/models'],
  usage: { paths: { ...openaiChatUsage.paths, cachedInput: [], reasoning: [] } },
  isKeyOptional: true,
  otherBaseUrls: [
    { dialect: null, url: 'http://127.0.0.1:11434', note: 'Native API; its streams are NDJSON.' },
    { dialect: 'openai-chat', url: 'https://ollama.com/v1', note: 'Ollama Cloud, with a key.' },
  ],
  probe: { method: 'GET', at: '/models', mayBePublic: true },
  quirks: ['A prompt beyond the context window is cut silently.', 'A model that was not pulled is 404.'],
});
