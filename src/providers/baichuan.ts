import { openaiCompatible } from './openai-compatible.ts';

export const baichuan = openaiCompatible({
  id: 'baichuan',
  name: 'Baichuan AI',
  nameZh: '百川智能',
  region: 'cn',
  website: 'https://www.baichuan-ai.com',
  consoleUrl: 'https://platform.baichuan-ai.com/console/apikey',
  docsUrl: 'https://platform.baichuan-ai.com/docs/api',
  openaiBaseUrl: 'https://api.baichuan-ai.com/v1',
  keyFormat: { pattern: '^sk-[a-f0-9]{32}$', prefix: 'sk-', example: 'sk-****' },
  environment: { secret: ['BAICHUAN_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
});
