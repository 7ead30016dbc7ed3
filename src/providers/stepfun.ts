import { openaiCompatible } from './openai-compatible.ts';

export const stepfun = openaiCompatible({
  id: 'stepfun',
  name: 'StepFun (China)',
  nameZh: '阶跃星辰',
  region: 'cn',
  website: 'https://www.stepfun.com',
  consoleUrl: 'https://platform.stepfun.com/interface-key',
  docsUrl: 'https://platform.stepfun.com/docs/zh',
  openaiBaseUrl: 'https://api.stepfun.com/v1',
  anthropicBaseUrl: 'https://api.stepfun.com',
  keyFormat: { pattern: null, prefix: null, example: null },
  environment: { secret: ['STEPFUN_API_KEY', 'STEP_API_KEY'], baseUrl: [], other: [] },
  siblings: ['stepfun-intl'],
  hasResponses: true,
  endpoints: ['/chat/completions', '/embeddings', '/audio/speech', '/audio/transcriptions', '/models', '/accounts'],
  probe: { method: 'GET', at: '/accounts' },
  balance: { at: '/accounts', amount: 'balance', currency: 'CNY' },
  failureRules: [{ httpStatus: [402], kind: 'quota_exhausted', reason: 'valid_no_credit' }],
  quirks: ['Reasoning text is in message.reasoning.', 'Postpaid accounts may show a negative balance.'],
});
