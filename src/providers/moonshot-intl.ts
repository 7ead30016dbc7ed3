import { moonshotFailureRules, moonshotProbe, moonshotUsage } from './moonshot.ts';
import { openaiCompatible } from './openai-compatible.ts';

export const moonshotIntl = openaiCompatible({
  id: 'moonshot-intl',
  name: 'Moonshot AI (Kimi, international)',
  nameZh: '月之暗面 Kimi（国际）',
  region: 'global',
  website: 'https://www.moonshot.ai',
  consoleUrl: 'https://platform.moonshot.ai/console/api-keys',
  docsUrl: 'https://platform.kimi.ai/docs',
  openaiBaseUrl: 'https://api.moonshot.ai/v1',
  anthropicBaseUrl: 'https://api.moonshot.ai/anthropic',
  keyFormat: { pattern: '^sk-[A-Za-z0-9]{40,60}$', prefix: 'sk-', morePrefixes: ['sk-kimi-'], example: 'sk-****' },
  environment: { secret: ['MOONSHOT_API_KEY', 'KIMI_API_KEY'], baseUrl: [], other: [] },
  siblings: ['moonshot'],
  endpoints: ['/chat/completions', '/models', '/users/me/balance'],
  usage: moonshotUsage,
  otherBaseUrls: [
    {
      dialect: 'openai-chat',
      url: 'https://api.kimi.com/coding/v1',
      note: 'Kimi For Coding subscription; its keys begin with sk-kimi-.',
    },
    { dialect: 'anthropic-messages', url: 'https://api.kimi.com/coding', note: 'Kimi For Coding subscription.' },
  ],
  probe: moonshotProbe,
  balance: { at: '/users/me/balance', amount: 'data.available_balance', currency: 'USD' },
  failureRules: moonshotFailureRules,
  quirks: ['Kimi K2.5 and later accept only temperature 1.'],
});
