import { bearerAuth, dialectAccess } from './dialect-access.ts';
import type { Provider } from './provider.ts';

export const anthropic: Provider = {
  id: 'anthropic',
  name: 'Anthropic',
  nameZh: 'Anthropic Claude',
  region: 'global',
  website: 'https://www.anthropic.com',
  consoleUrl: 'https://platform.claude.com/settings/keys',
  docsUrl: 'https://platform.claude.com/docs',
  status: 'active',
  keyFormat: {
    pattern: '^sk-ant-(?:api03|admin01|oat01)-[\\w-]{80,120}$',
    prefix: 'sk-ant-',
    example: 'sk-ant-api03-****AA',
  },
  environment: { secret: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'], other: ['ANTHROPIC_AUTH_TOKEN'] },
  isKeyOptional: false,
  baseUrl: 'https://api.anthropic.com',
  dialects: {
    'anthropic-messages': {
      ...dialectAccess('anthropic-messages', 'https://api.anthropic.com', {
        endpoints: ['/v1/messages', '/v1/messages/count_tokens', '/v1/messages/batches', '/v1/models'],
      }),
      // OAuth tokens of subscriptions travel as bearer tokens.
      alternativeAuth: { secretPattern: '^sk-ant-oat', auth: bearerAuth },
    },
    'openai-chat': dialectAccess('openai-chat', 'https://api.anthropic.com/v1', {
      note: 'Meant for trying out; no control of the prompt cache.',
    }),
  },
  otherBaseUrls: [],
  probe: {
    method: 'GET',
    at: '/v1/models?limit=1000',
    // The path exists for every key, so "not found" is said of the key.
    statusReasons: { 404: 'key_disabled' },
  },
  balance: null,
  modelList: { at: '/v1/models?limit=1000' },
  siblings: [],
  failureRules: [
    { codes: ['enforced_spend_limit_reached'], kind: 'quota_exhausted' },
    { text: /credit balance is too low/i, kind: 'quota_exhausted', reason: 'valid_no_credit' },
    { text: /specified (?:workspace )?api usage limits/i, kind: 'quota_exhausted' },
    { codes: ['request_too_large'], kind: 'context_too_long' },
    { codes: ['conflict_error'], kind: 'provider_error' },
  ],
  quirks: [
    'input_tokens leaves out cache reads and cache writes.',
    'max_tokens is mandatory.',
    'Streams have named events with pings and end with message_stop; errors arrive as events after HTTP 200.',
    'Costs and usage need an admin key (sk-ant-admin01-).',
  ],
};
