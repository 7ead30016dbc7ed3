import { openaiCompatible } from './openai-compatible.ts';

export const cerebras = openaiCompatible({
  id: 'cerebras',
  name: 'Cerebras',
  nameZh: 'Cerebras',
  region: 'global',
  website: 'https://www.cerebras.ai',
  consoleUrl: 'https://cloud.cerebras.ai/platform/',
  docsUrl: 'https://inference-docs.cerebras.ai',
  openaiBaseUrl: 'https://api.cerebras.ai/v1',
  keyFormat: { pattern: '^csk-[a-z0-9]{48}$', prefix: 'csk-', example: 'csk-****' },
  environment: { secret: ['CEREBRAS_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/completions', '/models'],
  usage: { streamNeedsIncludeUsage: false, streamLocation: 'last-chunk' },
  failureRules: [
    { httpStatus: [400, 413], isEmpty: true, kind: 'context_too_long' },
    { codes: ['token_quota_exceeded'], kind: 'quota_exhausted', reason: 'plan_window_used_up' },
    { codes: ['queue_exceeded', 'request_quota_exceeded'], kind: 'rate_limited' },
  ],
  quirks: ['A context that is too long is 400 or 413 without a body.'],
});
