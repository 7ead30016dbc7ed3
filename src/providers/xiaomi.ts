import { openaiCompatible } from './openai-compatible.ts';

export const xiaomi = openaiCompatible({
  id: 'xiaomi',
  name: 'Xiaomi MiMo',
  nameZh: '小米 MiMo',
  region: 'cn',
  website: 'https://platform.xiaomimimo.com',
  consoleUrl: 'https://platform.xiaomimimo.com/#/console/api-keys',
  docsUrl: 'https://platform.xiaomimimo.com/#/docs',
  openaiBaseUrl: 'https://api.xiaomimimo.com/v1',
  anthropicBaseUrl: 'https://api.xiaomimimo.com/anthropic',
  keyFormat: { pattern: '^(?:sk|tp)-[\\w-]{20,}$', prefix: 'sk-', morePrefixes: ['tp-'], example: 'sk-****' },
  environment: { secret: ['XIAOMI_API_KEY', 'MIMO_API_KEY'], baseUrl: [], other: [] },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://token-plan-cn.xiaomimimo.com/v1', note: 'Token plan keys (tp-), China.' },
    {
      dialect: 'openai-chat',
      url: 'https://token-plan-sgp.xiaomimimo.com/v1',
      note: 'Token plan keys (tp-), Singapore.',
    },
    { dialect: 'openai-chat', url: 'https://token-plan-ams.xiaomimimo.com/v1', note: 'Token plan keys (tp-), Europe.' },
  ],
  quirks: ['A prompt that is too long is cut silently: finish_reason length with no output.'],
});
