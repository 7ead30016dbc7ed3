import { openaiCompatible } from './openai-compatible.ts';

export const lingyi = openaiCompatible({
  id: 'lingyi',
  name: '01.AI (Yi)',
  nameZh: '零一万物',
  region: 'cn',
  website: 'https://www.lingyiwanwu.com',
  consoleUrl: 'https://platform.lingyiwanwu.com/apikeys',
  docsUrl: 'https://platform.lingyiwanwu.com/docs',
  openaiBaseUrl: 'https://api.lingyiwanwu.com/v1',
  keyFormat: { pattern: '^[a-f0-9]{32}$', prefix: null, example: '****' },
  environment: { secret: ['LINGYI_API_KEY', 'YI_API_KEY', 'ZEROONE_API_KEY'], baseUrl: [], other: [] },
  failureRules: [{ text: /illegal apikey/i, kind: 'invalid_key' }],
  quirks: ['Little activity since 2024.'],
});
