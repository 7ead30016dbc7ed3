import { openaiCompatible } from './openai-compatible.ts';

export const stepfunIntl = openaiCompatible({
  id: 'stepfun-intl',
  name: 'StepFun (international)',
  nameZh: '阶跃星辰（国际）',
  region: 'global',
  website: 'https://www.stepfun.ai',
  consoleUrl: 'https://platform.stepfun.ai/interface-key',
  docsUrl: 'https://platform.stepfun.ai/docs/en',
  openaiBaseUrl: 'https://api.stepfun.ai/v1',
  keyFormat: { pattern: null, prefix: null, example: null },
  environment: { secret: ['STEPFUN_API_KEY'], baseUrl: [], other: [] },
  siblings: ['stepfun'],
  otherBaseUrls: [{ dialect: 'openai-chat', url: 'https://api.stepfun.ai/step_plan/v1', note: 'Step Plan keys only.' }],
  probe: { method: 'GET', at: '/accounts' },
  balance: { at: '/accounts', amount: 'balance', currency: 'USD' },
  failureRules: [{ httpStatus: [402], kind: 'quota_exhausted', reason: 'valid_no_credit' }],
});
