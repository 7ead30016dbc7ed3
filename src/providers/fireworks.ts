import { openaiCompatible } from './openai-compatible.ts';

export const fireworks = openaiCompatible({
  id: 'fireworks',
  name: 'Fireworks AI',
  nameZh: 'Fireworks AI',
  region: 'global',
  website: 'https://fireworks.ai',
  consoleUrl: 'https://app.fireworks.ai/settings/users/api-keys',
  docsUrl: 'https://docs.fireworks.ai',
  openaiBaseUrl: 'https://api.fireworks.ai/inference/v1',
  hasResponses: true,
  anthropicBaseUrl: 'https://api.fireworks.ai/inference',
  keyFormat: { pattern: '^(?:fw_|fpk_)[A-Za-z0-9]{20,}$', prefix: 'fw_', morePrefixes: ['fpk_'], example: 'fw_****' },
  environment: { secret: ['FIREWORKS_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/completions', '/embeddings', '/models'],
  failureRules: [{ httpStatus: [412], kind: 'quota_exhausted' }],
  quirks: ['Model ids look like accounts/fireworks/models/<name>.', 'fpk_ keys belong to the Fire Pass plan.'],
});
