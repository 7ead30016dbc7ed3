import type { Auth, Dialect, DialectAccess, UsageRules } from './provider.ts';
import { anthropicUsage, geminiUsage, openaiChatUsage, openaiResponsesUsage } from './usage-rules.ts';

export const bearerAuth: Auth = { kind: 'bearer', name: 'Authorization' };

/** https://platform.claude.com/docs/en/api/versioning: the only version in use. */
const ANTHROPIC_VERSION = '2023-06-01';

interface AccessOptions {
  readonly auth?: Auth;
  readonly endpoints?: readonly string[];
  readonly usage?: Partial<UsageRules>;
  readonly note?: string;
}

/** The usual access of each dialect at a base URL: the author's auth, headers and paths unless said otherwise. */
export function dialectAccess(dialect: Dialect, baseUrl: string, options: AccessOptions = {}): DialectAccess {
  const usual = USUAL_ACCESS[dialect];
  return {
    ...usual,
    baseUrl,
    auth: options.auth ?? usual.auth,
    endpoints: options.endpoints ?? usual.endpoints,
    usage: { ...usual.usage, ...options.usage },
    ...(options.note === undefined ? {} : { note: options.note }),
  };
}

const USUAL_ACCESS: Readonly<Record<Dialect, Omit<DialectAccess, 'baseUrl'>>> = {
  'openai-chat': {
    auth: bearerAuth,
    headers: {},
    endpoints: ['/chat/completions', '/models'],
    usage: openaiChatUsage,
  },
  'openai-responses': { auth: bearerAuth, headers: {}, endpoints: ['/responses'], usage: openaiResponsesUsage },
  'anthropic-messages': {
    auth: { kind: 'header', name: 'x-api-key' },
    headers: { 'anthropic-version': ANTHROPIC_VERSION },
    endpoints: ['/v1/messages'],
    usage: anthropicUsage,
  },
  gemini: {
    auth: { kind: 'header', name: 'x-goog-api-key' },
    headers: {},
    endpoints: [
      '/v1beta/models/{model}:generateContent',
      '/v1beta/models/{model}:streamGenerateContent?alt=sse',
      '/v1beta/models/{model}:countTokens',
      '/v1beta/models/{model}:embedContent',
      '/v1beta/models',
    ],
    usage: geminiUsage,
  },
};
