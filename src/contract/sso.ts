import { z } from 'zod';
import { SecondFactorCode } from './account-security.ts';
import { SignedIn } from './accounts.ts';
import { Time } from './fields.ts';
import type { Operation, OperationName } from './operation.ts';

/** Where the browser goes next. It holds a cookie that must come back with the answer. */
const Redirect = z.object({ url: z.string().meta({ example: 'https://login.example.com/authorize?...' }) });

/**
 * The address that the provider sends people back to is the page `/sso/callback`. It hands its whole query on: to
 * `POST /api/sso/finish` when the `state` in it begins with `sign_in.`, else to `POST /api/me/sso/finish`.
 */
const Callback = z.strictObject({
  query: z.string().min(1).max(8000).meta({ example: '?code=...&state=sign_in...&iss=...' }),
});

const Identity = z
  .object({
    issuer: z.string(),
    /** What the provider calls this person (`sub`). */
    subject: z.string(),
    email: z.string().nullable(),
    createdAt: Time,
    lastUsedAt: Time.nullable(),
    /** Whether the provider is the one that is set up now. */
    isUsable: z.boolean(),
  })
  .meta({ id: 'Identity' });

export const ssoOperations = {
  'POST /api/sso/start': {
    noun: 'sso',
    summary: 'Begin to sign in through the organisation. Good for ten minutes, in this browser, once.',
    permission: 'public',
    status: 200,
    output: Redirect,
    errors: ['sso_not_set_up', 'sso_failed', 'too_many_attempts'],
  },
  'POST /api/sso/finish': {
    noun: 'sso',
    summary:
      'Finish to sign in. With `totp_needed` the identity was right, and the second factor of the account goes to `POST /api/sso/second-factor`.',
    permission: 'public',
    status: 200,
    body: Callback,
    output: SignedIn,
    errors: [
      'sso_failed',
      'sso_not_linked',
      'sso_not_set_up',
      'sign_up_closed',
      'account_disabled',
      'totp_needed',
      'too_many_attempts',
    ],
  },
  'POST /api/sso/second-factor': {
    noun: 'sso',
    summary: 'The code that `POST /api/sso/finish` asked for, in the same browser.',
    permission: 'public',
    status: 200,
    body: z.strictObject({ totp: SecondFactorCode }),
    output: SignedIn,
    errors: ['sso_failed', 'account_disabled', 'totp_wrong', 'too_many_attempts'],
  },
  'POST /api/me/sso/link': {
    noun: 'sso',
    summary: 'Begin to connect an identity of the organisation to this account.',
    permission: 'account',
    status: 200,
    freshSignIn: true,
    output: Redirect,
    errors: ['sso_not_set_up', 'sso_failed'],
  },
  'POST /api/me/sso/confirm': {
    noun: 'sso',
    summary:
      'Begin to prove who you are at the organisation, which asks anew, so that sensitive actions are possible for ten minutes. Not for an account with a second factor of its own.',
    permission: 'account',
    status: 200,
    output: Redirect,
    errors: ['sso_not_set_up', 'sso_failed', 'totp_needed'],
  },
  'POST /api/me/sso/finish': {
    noun: 'sso',
    summary: 'Finish what was begun by `link` or `confirm`.',
    permission: 'account',
    status: 200,
    body: Callback,
    output: z.object({
      purpose: z.enum(['link', 'confirm']),
      freshUntil: Time.nullable(),
    }),
    errors: ['sso_failed', 'sso_not_set_up', 'identity_taken', 'too_many_attempts'],
  },
  'GET /api/me/identities': {
    noun: 'sso',
    summary: 'The identities of an organisation that this account can sign in with.',
    permission: 'account',
    status: 200,
    output: z.object({ items: z.array(Identity), nextCursor: z.null() }),
  },
  'DELETE /api/me/identities': {
    noun: 'sso',
    summary: 'Disconnect an identity. The last way to sign in stays.',
    permission: 'account',
    status: 204,
    freshSignIn: true,
    query: z.strictObject({ issuer: z.string().min(1).max(2048), subject: z.string().min(1).max(255) }),
    errors: ['last_way_in'],
  },
} as const satisfies Record<OperationName, Operation>;
