import { alibabaFailureRules, alibabaPathFixes, alibabaQuirks, alibabaUsage } from './alibaba.ts';
import { openaiCompatible } from './openai-compatible.ts';

export const alibabaIntl = openaiCompatible({
  id: 'alibaba-intl',
  name: 'Alibaba Cloud Model Studio (international)',
  nameZh: '阿里云百炼（国际）',
  region: 'global',
  website: 'https://www.alibabacloud.com/product/modelstudio',
  consoleUrl: 'https://modelstudio.console.alibabacloud.com/?tab=model#/api-key',
  docsUrl: 'https://www.alibabacloud.com/help/en/model-studio/',
  openaiBaseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  hasResponses: true,
  anthropicBaseUrl: 'https://dashscope-intl.aliyuncs.com/apps/anthropic',
  keyFormat: { pattern: '^sk-(?:sp-)?[A-Za-z0-9]{32,}$', prefix: 'sk-', morePrefixes: ['sk-sp-'], example: 'sk-****' },
  environment: { secret: ['DASHSCOPE_API_KEY'], baseUrl: [], other: [] },
  siblings: ['alibaba'],
  pathFixes: alibabaPathFixes,
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  usage: alibabaUsage,
  otherBaseUrls: [{ dialect: null, url: 'https://dashscope-intl.aliyuncs.com/api/v1', note: 'Native DashScope API.' }],
  failureRules: alibabaFailureRules,
  quirks: alibabaQuirks,
});
