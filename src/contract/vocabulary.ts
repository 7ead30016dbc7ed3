/** The closed sets of the contract, free of zod so that the browser may import them. */

export const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;
export type Dialect = (typeof dialects)[number];

export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const signUpModes = ['open', 'invite', 'closed'] as const;

export const testStatuses = ['valid', 'invalid', 'no_quota', 'rate_limited', 'unreachable', 'unknown'] as const;
export type TestStatus = (typeof testStatuses)[number];

/** `expired` goes by the date; `unreadable` means that the stored secret cannot be decrypted. */
export const credentialStatuses = ['untested', ...testStatuses, 'expired', 'unreadable'] as const;
export type CredentialStatus = (typeof credentialStatuses)[number];

export const categories = [
  'chat',
  'code',
  'long-context',
  'multimodal',
  'reasoning',
  'embedding',
  'rerank',
  'image',
  'audio',
  'video',
] as const;
export type Category = (typeof categories)[number];
