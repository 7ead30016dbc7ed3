/** The closed sets of the contract, free of zod so that the browser may import them. */

export const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;
export type Dialect = (typeof dialects)[number];

export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const userStates = ['active', 'disabled'] as const;

/** How the line to a mail server is protected: from the first byte, before anything is said, or not at all. */
export const mailSecurities = ['tls', 'starttls', 'none'] as const;

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

export const budgetPeriods = ['hour', 'day', 'week', 'month', 'total'] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

export const virtualKeyStates = ['active', 'expired', 'revoked'] as const;
export type VirtualKeyState = (typeof virtualKeyStates)[number];

/** What happens upstream when a client leaves: read on to the true usage (within a limit), or stop at once. */
export const disconnectPolicies = ['drain', 'abort'] as const;
export type DisconnectPolicy = (typeof disconnectPolicies)[number];

/**
 * How an attempt ended. `client_gone`: the client left after the first byte; `aborted_before_first_byte`: before it.
 * `upstream_gone`: the reply broke off. `interrupted`: this server stopped or died meanwhile, or the key was revoked.
 */
export const outcomes = [
  'ok',
  'error',
  'client_gone',
  'aborted_before_first_byte',
  'upstream_gone',
  'timeout',
  'unreachable',
  'interrupted',
] as const;
export type Outcome = (typeof outcomes)[number];

/** `missing`: the call carries no usage that could be read or estimated. */
export const usageStates = ['exact', 'estimated', 'missing'] as const;
export type UsageState = (typeof usageStates)[number];

export const priceStates = ['priced', 'unpriced'] as const;

export const usageGroups = ['model', 'provider', 'key', 'virtualKey', 'member', 'tool'] as const;
export type UsageGroup = (typeof usageGroups)[number];

/** Percent of a budget at which people are told. */
export const alertThresholds = [50, 80, 100] as const;
export type AlertThreshold = (typeof alertThresholds)[number];

export const memberStates = ['active', 'pending', 'disabled'] as const;
export type MemberState = (typeof memberStates)[number];

export const invitationStates = ['open', 'accepted', 'expired', 'revoked'] as const;

export const serviceAccountStates = ['active', 'disabled'] as const;
export const serviceTokenStates = ['active', 'suspended', 'expired', 'revoked'] as const;

/** To whom a level on a key can be granted. */
export const grantSubjects = ['user', 'group', 'serviceAccount', 'everyone'] as const;
export type GrantSubject = (typeof grantSubjects)[number];

/** How a session began. */
export const signInMethods = ['password', 'passkey', 'oidc'] as const;
export type SignInMethod = (typeof signInMethods)[number];

/** What people are told of, besides budget alerts. */
export const notificationKinds = [
  'key_expiring',
  'key_expired',
  'key_invalid',
  'balance_low',
  'budget_reached',
  'invitation',
  'member_joined',
  'access_granted',
  'security',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What happened to an account, as its owner is told. */
export const securityNews = [
  'newDevice',
  'passwordChanged',
  'passwordReset',
  'resetStarted',
  'emailChangeAsked',
  'emailChanged',
  'totpConnected',
  'totpDisconnected',
  'passkeyAdded',
  'passkeyRemoved',
  'recoveryCodesMade',
  'recoveryCodeUsed',
  'identityLinked',
  'identityUnlinked',
  'secondFactorsRemoved',
] as const;
export type SecurityNews = (typeof securityNews)[number];

/** Whether notifications can reach somebody by mail: the server has none, or the mailbox is not proved yet. */
export const mailReadinesses = ['ready', 'not_set_up', 'not_verified'] as const;

/** `blocked`: ended by wrong passphrases. `stopped`: who made it may not copy the key now, or links are switched off. */
export const shareLinkStates = ['open', 'used', 'expired', 'revoked', 'blocked', 'stopped'] as const;
export type ShareLinkState = (typeof shareLinkStates)[number];
