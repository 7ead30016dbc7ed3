import { openaiCompatible } from './openai-compatible.ts';

export const tencentTokenhub = openaiCompatible({
  id: 'tencent-tokenhub',
  name: 'Tencent Cloud TokenHub (Hunyuan)',
  nameZh: '腾讯云 TokenHub / 混元',
  region: 'cn',
  website: 'https://cloud.tencent.com/product/tokenhub',
  consoleUrl: 'https://console.cloud.tencent.com/tokenhub/apikey',
  docsUrl: 'https://cloud.tencent.com/document/product/1823/130050',
  openaiBaseUrl: 'https://tokenhub.tencentmaas.com/v1',
  keyFormat: { pattern: '^sk-[A-Za-z0-9]{20,}$', prefix: 'sk-', example: 'sk-****' },
  environment: { secret: ['TENCENT_TOKENHUB_API_KEY', 'TOKENHUB_API_KEY'], baseUrl: [], other: [] },
  otherBaseUrls: [
    { dialect: 'openai-chat', url: 'https://tokenhub.tencentcloudmaas.com/v1', note: 'Second domain.' },
    { dialect: 'openai-chat', url: 'https://tokenhub-intl.tencentcloudmaas.com/v1', note: 'International.' },
    { dialect: 'openai-chat', url: 'https://api.lkeap.cloud.tencent.com/plan/v3', note: 'Token Plan keys only.' },
  ],
  failureRules: [{ codes: ['401002'], kind: 'invalid_key' }],
});
