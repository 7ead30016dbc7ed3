import { minimaxFailureRules } from './minimax.ts';
import { openaiCompatible } from './openai-compatible.ts';

export const minimaxIntl = openaiCompatible({
  id: 'minimax-intl',
  name: 'MiniMax (international)',
  nameZh: 'MiniMax（国际）',
  region: 'global',
  website: 'https://www.minimax.io',
  consoleUrl: 'https://platform.minimax.io/user-center/basic-information/interface-key',
  docsUrl: 'https://platform.minimax.io/docs',
  openaiBaseUrl: 'https://api.minimax.io/v1',
  anthropicBaseUrl: 'https://api.minimax.io/anthropic',
  keyFormat: {
    pattern: '^(?:sk-(?:api|cp)-[\\w-]{20,}|eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+)$',
    prefix: 'sk-api-',
    morePrefixes: ['sk-cp-', 'eyJ'],
    example: 'sk-api-****',
  },
  environment: { secret: ['MINIMAX_API_KEY'], baseUrl: [], other: [] },
  siblings: ['minimax'],
  hasResponses: true,
  failureRules: minimaxFailureRules,
  quirks: ['A key of the other region looks exactly like a wrong one (2049).'],
});
