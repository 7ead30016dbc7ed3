import { z } from 'zod';
import { PasskeyAuthentication, SecondFactorCode } from './account-security.ts';
import { Email, line, Time } from './fields.ts';
import { SessionId, UserId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { roles } from './permissions.ts';
import { locales, signInMethods, themes } from './vocabulary.ts';

/** Any characters, none cut off (OWASP ASVS 6.2.5 to 6.2.9). The least length is a rule of the server's. */
const Password = z.string().min(1).max(256);

export const User = z
  .object({
    id: UserId,
    email: z.string(),
    name: z.string(),
    isInstanceAdmin: z.boolean(),
    locale: z.enum(locales).nullable(),
    theme: z.enum(themes),
    createdAt: Time,
  })
  .meta({ id: 'User' });

export const Session = z
  .object({
    id: SessionId,
    isCurrent: z.boolean(),
    ip: z.string(),
    userAgent: z.string(),
    createdAt: Time,
    lastSeenAt: Time,
    expiresAt: Time,
    method: z.enum(signInMethods),
    secondFactor: z.boolean(),
  })
  .meta({ id: 'Session' });

export const Me = z
  .object({
    user: User,
    workspaces: z.array(
      z.object({
        id: WorkspaceId,
        name: z.string(),
        kind: z.enum(['personal', 'team']),
        role: z.enum(roles),
        /** Who signed in without a second factor does not get in. */
        requiresTwoFactor: z.boolean(),
      }),
    ),
    /** Those whose invitation was accepted and whose owners have not yet confirmed it: no rights there. */
    pendingWorkspaces: z.array(z.object({ id: WorkspaceId, name: z.string() })),
    activeWorkspaceId: WorkspaceId,
    /** Until when sensitive actions need no password again; null when it is needed now. */
    freshUntil: Time.nullable(),
  })
  .meta({ id: 'Me' });

/** What signing in gives. */
export const SignedIn = z.object({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.number().int(),
  user: User,
});

/** One way of proving who one is. An account with a second factor proves itself by that. */
const Proof = z
  .strictObject({
    password: Password.optional(),
    totp: SecondFactorCode.optional(),
    passkey: PasskeyAuthentication.optional(),
  })
  .refine(
    (proof) => Object.values(proof).filter((value) => value !== undefined).length === 1,
    'give exactly one proof',
  );

export const accountOperations = {
  'POST /api/register': {
    noun: 'accounts',
    summary: 'Create an account. The first one administers the instance.',
    permission: 'public',
    status: 201,
    body: z.strictObject({
      email: Email,
      password: Password,
      name: line(80).optional(),
      setupToken: z.string().max(100).optional(),
      /** Of a link that invites; needed where registration is by invitation. */
      invitationToken: z.string().min(1).max(100).optional(),
    }),
    output: z.object({ user: User }),
    errors: [
      'email_taken',
      'sign_up_closed',
      'setup_token_needed',
      'link_used',
      'invitation_for_another',
      'too_many_objects',
      'weak_password',
      'too_many_attempts',
    ],
  },
  'POST /api/login': {
    noun: 'accounts',
    summary: 'Sign in: gives an access token of 15 minutes and sets the session cookie.',
    permission: 'public',
    status: 200,
    body: z.strictObject({
      email: line(254),
      password: Password,
      /** A code of the authenticator app or a recovery code; not read while the account has no second factor. */
      totp: z.string().max(64).optional(),
    }),
    output: SignedIn,
    errors: ['sign_in_failed', 'totp_needed', 'totp_wrong', 'too_many_attempts'],
  },
  'POST /api/login/passkey': {
    noun: 'accounts',
    summary: 'Sign in with a passkey, after `POST /api/login/passkey/options`.',
    permission: 'public',
    status: 200,
    body: z.strictObject({ authentication: PasskeyAuthentication }),
    output: SignedIn,
    errors: ['passkey_refused', 'passkeys_need_address', 'too_many_attempts'],
  },
  'POST /api/password-reset': {
    noun: 'accounts',
    summary: 'Ask for a mail with a link to choose a new password. The answer is the same for every address.',
    permission: 'public',
    status: 204,
    body: z.strictObject({ email: line(254) }),
    errors: ['too_many_attempts'],
  },
  'POST /api/password-reset/finish': {
    noun: 'accounts',
    summary: 'Choose a new password with the token of such a link. Every session of the account ends.',
    permission: 'public',
    status: 204,
    body: z.strictObject({
      token: z.string().min(1).max(200),
      newPassword: Password,
      /** Asked for when the account has a second factor: a code of its app or a recovery code. */
      totp: z.string().max(64).optional(),
    }),
    errors: ['link_used', 'weak_password', 'totp_needed', 'totp_wrong', 'too_many_attempts'],
  },
  'POST /api/logout': {
    noun: 'accounts',
    summary: 'End this session.',
    permission: 'account',
    status: 204,
  },
  'GET /api/me': {
    noun: 'accounts',
    summary: 'Who is signed in, and in which workspaces.',
    permission: 'account',
    status: 200,
    output: Me,
  },
  'PUT /api/me': {
    noun: 'accounts',
    summary: 'Change name, language or theme.',
    permission: 'account',
    status: 200,
    body: z.strictObject({
      name: line(80).optional(),
      locale: z.enum(locales).nullable().optional(),
      theme: z.enum(themes).optional(),
    }),
    output: z.object({ user: User }),
  },
  'POST /api/me/password': {
    noun: 'accounts',
    summary: 'Change the password. Every other session ends.',
    permission: 'account',
    status: 204,
    body: z.strictObject({ currentPassword: Password, newPassword: Password }),
    errors: ['wrong_password', 'weak_password', 'too_many_attempts'],
  },
  'PUT /api/me/email': {
    noun: 'accounts',
    summary: 'Change the e-mail address. Where mail is set up, a link sent to the new one confirms it first.',
    permission: 'account',
    status: 200,
    freshSignIn: true,
    body: z.strictObject({ email: Email }),
    /** `confirmationSent`: nothing has changed until the link in that mail is opened. */
    output: z.object({ user: User, confirmationSent: z.boolean() }),
    errors: ['email_taken', 'mail_failed', 'too_many_attempts'],
  },
  'POST /api/me/confirm': {
    noun: 'accounts',
    summary:
      'Prove who you are, so that sensitive actions are possible for ten minutes: by password or, where the account has a second factor, by a code or a passkey.',
    permission: 'account',
    status: 200,
    body: Proof,
    output: z.object({ freshUntil: Time }),
    errors: [
      'wrong_password',
      'totp_needed',
      'totp_wrong',
      'passkey_refused',
      'passkeys_need_address',
      'too_many_attempts',
    ],
  },
  'GET /api/sessions': {
    noun: 'sessions',
    summary: 'The signed-in sessions of this account.',
    permission: 'account',
    status: 200,
    output: z.object({ items: z.array(Session), nextCursor: z.null() }),
  },
  'DELETE /api/sessions': {
    noun: 'sessions',
    summary: 'End every other session of this account.',
    permission: 'account',
    status: 204,
  },
  'DELETE /api/sessions/{id}': {
    noun: 'sessions',
    summary: 'End one session of this account.',
    permission: 'account',
    status: 204,
    params: z.strictObject({ id: SessionId }),
  },
} as const satisfies Record<OperationName, Operation>;
