import { z } from 'zod';
import { line, Time } from './fields.ts';
import { SessionId, UserId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { roles } from './permissions.ts';
import { locales, themes } from './vocabulary.ts';

const Email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email({ pattern: z.regexes.unicodeEmail }))
  .pipe(line(254));

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
  })
  .meta({ id: 'Session' });

export const Me = z
  .object({
    user: User,
    workspaces: z.array(
      z.object({ id: WorkspaceId, name: z.string(), kind: z.enum(['personal', 'team']), role: z.enum(roles) }),
    ),
    activeWorkspaceId: WorkspaceId,
    /** Until when sensitive actions need no password again; null when it is needed now. */
    freshUntil: Time.nullable(),
  })
  .meta({ id: 'Me' });

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
    }),
    output: z.object({ user: User }),
    errors: ['email_taken', 'sign_up_closed', 'setup_token_needed', 'weak_password', 'too_many_attempts'],
  },
  'POST /api/login': {
    noun: 'accounts',
    summary: 'Sign in: gives an access token of 15 minutes and sets the session cookie.',
    permission: 'public',
    status: 200,
    body: z.strictObject({
      email: line(254),
      password: Password,
      /** Not asked for as long as the account has no second factor. */
      totp: z.string().max(16).optional(),
    }),
    output: z.object({
      access_token: z.string(),
      token_type: z.literal('bearer'),
      expires_in: z.number().int(),
      user: User,
    }),
    errors: ['sign_in_failed', 'too_many_attempts'],
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
  'POST /api/me/confirm': {
    noun: 'accounts',
    summary: 'Confirm the password, so that sensitive actions are possible for ten minutes.',
    permission: 'account',
    status: 200,
    body: z.strictObject({ password: Password }),
    output: z.object({ freshUntil: Time }),
    errors: ['wrong_password', 'too_many_attempts'],
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
