import { openaiCompatible } from './openai-compatible.ts';
import { siliconflowFailureRules } from './siliconflow.ts';

export const siliconflowIntl = openaiCompatible({
  id: 'siliconflow-intl',
  name: 'SiliconFlow (international)',
  nameZh: '硅基流动（国际）',
  region: 'global',
  website: 'https://www.siliconflow.com',
  consoleUrl: 'https://cloud.siliconflow.com/account/ak',
  docsUrl: 'https://docs.siliconflow.com',
  openaiBaseUrl: 'https://api.siliconflow.com/v1',
  keyFormat: { pattern: '^sk-[a-z]{48}$', prefix: 'sk-', example: 'sk-****' },
  environment: { secret: ['SILICONFLOW_API_KEY'], baseUrl: [], other: [] },
  siblings: ['siliconflow'],
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  balance: { at: '/user/info', amount: 'data.totalBalance', currency: 'USD' },
  failureRules: siliconflowFailureRules,
  quirks: ['The balance call was retired in China and may answer 404 here.'],
});
