import { openaiCompatible } from './openai-compatible.ts';

export const modelscope = openaiCompatible({
  id: 'modelscope',
  name: 'ModelScope',
  nameZh: '魔搭 ModelScope',
  region: 'cn',
  website: 'https://modelscope.cn',
  consoleUrl: 'https://modelscope.cn/my/myaccesstoken',
  docsUrl: 'https://modelscope.cn/docs/model-service/API-Inference/intro',
  openaiBaseUrl: 'https://api-inference.modelscope.cn/v1',
  anthropicBaseUrl: 'https://api-inference.modelscope.cn',
  keyFormat: {
    pattern: '^(?:ms-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    prefix: 'ms-',
    example: 'ms-****-****-****-****-****',
  },
  environment: { secret: ['MODELSCOPE_API_KEY', 'MODELSCOPE_SDK_TOKEN'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  probe: { method: 'GET', at: '/models', mayBePublic: true },
  quirks: ['A free number of calls per day stands in for a balance.'],
});
