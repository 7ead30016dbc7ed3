import { openaiCompatible } from './openai-compatible.ts';
import { openaiChatUsage } from './usage-rules.ts';

export const openai = openaiCompatible({
  id: 'openai',
  name: 'OpenAI',
  nameZh: 'OpenAI',
  region: 'global',
  website: 'https://openai.com',
  consoleUrl: 'https://platform.openai.com/api-keys',
  docsUrl: 'https://developers.openai.com/api/docs',
  openaiBaseUrl: 'https://api.openai.com/v1',
  hasResponses: true,
  endpoints: [
    '/chat/completions',
    '/completions',
    '/embeddings',
    '/images/generations',
    '/audio/speech',
    '/audio/transcriptions',
    '/moderations',
    '/models',
  ],
  keyFormat: {
    pattern: '^sk-(?:(?:proj|svcacct|service|admin)-[A-Za-z0-9_-]+|[A-Za-z0-9]+)T3BlbkFJ[A-Za-z0-9_-]+$',
    prefix: 'sk-',
    morePrefixes: ['sk-proj-', 'sk-svcacct-', 'sk-service-', 'sk-admin-'],
    isUnmistakable: true,
    example: 'sk-proj-****T3BlbkFJ****',
  },
  environment: {
    secret: ['OPENAI_API_KEY'],
    baseUrl: ['OPENAI_BASE_URL'],
    other: ['OPENAI_ORG_ID', 'OPENAI_PROJECT_ID', 'OPENAI_ADMIN_KEY'],
  },
  usage: {
    paths: { ...openaiChatUsage.paths, cacheWrite: ['usage.prompt_tokens_details.cache_write_tokens'] },
  },
  quirks: [
    'Reasoning models refuse max_tokens; they take max_completion_tokens.',
    'The Responses API can answer 200 and then send an error event (insufficient_quota) in the stream.',
    'Stream chunks carry a random obfuscation field.',
    'sk-admin- keys cannot call inference; organisation costs need one.',
  ],
});
