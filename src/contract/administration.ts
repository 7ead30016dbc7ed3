import { z } from 'zod';
import { Email, line, page, pageFields, Time, TimeInput, text } from './fields.ts';
import { UserId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { mailSecurities, signUpModes, userStates } from './vocabulary.ts';

export const AdminUser = z
  .object({
    id: UserId,
    email: z.string(),
    name: z.string(),
    state: z.enum(userStates),
    isInstanceAdmin: z.boolean(),
    emailVerified: z.boolean(),
    createdAt: Time,
    lastSignInAt: Time.nullable(),
    /** Whether there is a password to sign in with; an account made by single sign-on begins without one. */
    hasPassword: z.boolean(),
    totp: z.boolean(),
    passkeys: z.number().int(),
    /** How many identities of an organisation are connected. */
    identities: z.number().int(),
    /** In how many team workspaces they are; which, and what is in them, administrators are not told. */
    teams: z.number().int(),
  })
  .meta({ id: 'AdminUser' });

/** A host name or an IP address. */
const Host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]+)$/i, 'must be a host name or an IP address');

/** What cannot be read back; `null` takes it away, absent keeps it. */
const SecretInput = z.string().min(1).max(1000).nullable().optional();

const mailFields = {
  host: Host,
  port: z.number().int().min(1).max(65_535),
  security: z.enum(mailSecurities),
  username: line(254).nullable(),
  /** The address that mail comes from. */
  from: Email,
};

const MailInput = z.strictObject({ ...mailFields, secret: SecretInput });

/** A setting as administrators see it: null until somebody makes one. */
const setting = <Value extends z.ZodType>(value: Value) =>
  z.object({ value: value.nullable(), hasSecret: z.boolean(), updatedAt: Time.nullable() });

const MailSetting = setting(z.object({ ...mailFields, host: z.string(), from: z.string() })).meta({
  id: 'MailSetting',
});

const ssoFields = {
  clientId: line(400),
  /** What the button says after "Continue with". */
  name: line(60),
  /** Whether somebody unknown gets an account. */
  createsAccounts: z.boolean(),
  /** Mailboxes that somebody unknown may have, e.g. `example.com`; any when empty. */
  domains: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .max(253)
        .regex(/^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u, 'must be a domain such as example.com'),
    )
    .max(50),
  /** Whether a second factor that the provider reports (`amr`, `acr`) counts here. */
  trustsProviderMfa: z.boolean(),
};

const SsoSetting = setting(z.object({ ...ssoFields, issuer: z.string(), domains: z.array(z.string()) }))
  .extend({
    /** What the provider must be told to send people back to; null while the server does not know its own address. */
    redirectUri: z.string().nullable(),
  })
  .meta({ id: 'SsoSetting' });

const SignUpSetting = z.object({
  mode: z.enum(signUpModes),
  /** `environment`: nobody has set it here, so `SIGNUP` holds. */
  source: z.enum(['setting', 'environment']),
});

const brandingFields = {
  /** In place of the product's name. */
  name: line(60).nullable(),
  /** Plain text on the sign-in page. */
  signInNote: text(500).nullable(),
};
const Branding = z.object({ name: z.string().nullable(), signInNote: z.string().nullable() });

/** Plain text in paragraphs; null: the text that comes with the product. */
const Terms = z.object({ en: z.string().nullable(), 'zh-CN': z.string().nullable(), updatedAt: Time.nullable() });

const Figures = z.object({
  requests: z.number().int(),
  errors: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** US dollars with nine decimals; null when calls were made and none has a price. */
  costUsd: z.string().nullable(),
  unpricedRequests: z.number().int(),
});

const count = z.number().int();

const System = z
  .object({
    version: z.string(),
    node: z.string(),
    platform: z.string(),
    startedAt: Time,
    uptimeSeconds: count,
    database: z.object({
      engine: z.enum(['sqlite', 'postgres']),
      engineVersion: z.string(),
      sizeBytes: count,
      /** In the order in which they were applied. */
      migrations: z.array(z.object({ name: z.string(), appliedAt: Time })),
    }),
    /** Of the disk that holds DATA_DIR; null where the system does not tell. */
    disk: z.object({ freeBytes: count, totalBytes: count }).nullable(),
    /** Usage on its way into the database. */
    journal: z.object({
      pendingRecords: count,
      lastAppliedAt: Time.nullable(),
      /** How long the oldest record on disk has waited at most; null: none waits. */
      waitingSeconds: count.nullable(),
      lastError: z.string().nullable(),
    }),
    masterKey: z.object({
      id: z.string(),
      history: z.array(
        z.object({ id: z.string(), createdAt: Time, promotedAt: Time.nullable(), retiredAt: Time.nullable() }),
      ),
    }),
    memory: z.object({ residentBytes: count, heapUsedBytes: count }),
    counts: z.object({
      users: count,
      activeUsers: count,
      administrators: count,
      sessions: count,
      workspaces: count,
      teams: count,
      keys: count,
      virtualKeys: count,
      usageEvents: count,
      auditEvents: count,
    }),
    /** Null: none is known of. */
    lastBackupAt: Time.nullable(),
  })
  .meta({ id: 'System' });

const userId = z.strictObject({ userId: UserId });

export const administrationOperations = {
  'GET /api/admin/users': {
    noun: 'administration',
    summary: 'The accounts of this instance, newest first.',
    permission: 'instance',
    status: 200,
    query: z.strictObject({
      /** In e-mail or name. */
      q: text(100).optional(),
      state: z.enum(userStates).optional(),
      ...pageFields,
    }),
    output: page(AdminUser),
  },
  'PUT /api/admin/users/{userId}': {
    noun: 'administration',
    summary:
      'Disable or enable an account, make somebody an administrator or end it. Disabling ends everything at once.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    params: userId,
    body: z
      .strictObject({ state: z.enum(userStates).optional(), isInstanceAdmin: z.boolean().optional() })
      .refine((body) => Object.values(body).some((value) => value !== undefined), 'change something'),
    output: AdminUser,
    errors: ['last_administrator'],
  },
  'POST /api/admin/users/{userId}/reset': {
    noun: 'administration',
    summary:
      'Start the reset of a forgotten password: the link goes to the mailbox of the account. Without a mail server it is in this reply, to be handed over within a day, and never again.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    params: userId,
    /** The link is `/reset#<token>`. `token` is null when it was mailed, to `sentTo`. */
    output: z.object({ token: z.string().nullable(), sentTo: z.string().nullable(), expiresAt: Time }),
    errors: ['mail_failed'],
  },
  'DELETE /api/admin/users/{userId}/second-factors': {
    noun: 'administration',
    summary: 'Take every second factor from an account whose owner has lost them all.',
    permission: 'instance',
    status: 204,
    freshSignIn: true,
    params: userId,
  },
  'POST /api/admin/users/{userId}/sign-out': {
    noun: 'administration',
    summary: 'End every session of an account.',
    permission: 'instance',
    status: 204,
    freshSignIn: true,
    params: userId,
  },
  'DELETE /api/admin/users/{userId}': {
    noun: 'administration',
    summary: 'Delete an account for good, with its personal workspace. Not while a team has no other owner.',
    permission: 'instance',
    status: 204,
    freshSignIn: true,
    params: userId,
    errors: ['last_administrator', 'last_owner'],
  },
  'GET /api/admin/settings/mail': {
    noun: 'administration',
    summary: 'How this instance sends mail.',
    permission: 'instance',
    status: 200,
    output: MailSetting,
  },
  'PUT /api/admin/settings/mail': {
    noun: 'administration',
    summary: 'Set the mail server. Another host, port or protection demands the password again.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    body: MailInput,
    output: MailSetting,
    errors: ['secret_needed'],
  },
  'DELETE /api/admin/settings/mail': {
    noun: 'administration',
    summary: 'Send no mail any more.',
    permission: 'instance',
    status: 204,
    freshSignIn: true,
  },
  'POST /api/admin/settings/mail/test': {
    noun: 'administration',
    summary: 'Send a mail to try the settings: those that are stored, or others before they are.',
    permission: 'instance',
    status: 204,
    freshSignIn: true,
    body: z.strictObject({ to: Email, settings: MailInput.optional() }),
    errors: ['mail_not_set_up', 'mail_failed', 'secret_needed', 'too_many_attempts'],
  },
  'GET /api/admin/settings/sso': {
    noun: 'administration',
    summary: 'How people sign in through their organisation.',
    permission: 'instance',
    status: 200,
    output: SsoSetting,
  },
  'PUT /api/admin/settings/sso': {
    noun: 'administration',
    summary:
      'Set the OpenID Connect provider; its discovery document is read to try it. Another issuer or client demands the client secret again.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    body: z.strictObject({ ...ssoFields, issuer: z.string().trim().min(1).max(2048), secret: SecretInput }),
    output: SsoSetting,
    errors: ['secret_needed', 'sso_provider_refused'],
  },
  'DELETE /api/admin/settings/sso': {
    noun: 'administration',
    summary:
      'Nobody signs in through an organisation any more. Connected identities stay for the time it is set up again.',
    permission: 'instance',
    status: 204,
    freshSignIn: true,
  },
  'GET /api/admin/settings/sign-up': {
    noun: 'administration',
    summary: 'Who may create an account.',
    permission: 'instance',
    status: 200,
    output: SignUpSetting,
  },
  'PUT /api/admin/settings/sign-up': {
    noun: 'administration',
    summary: 'Decide who may create an account; it stands above `SIGNUP`.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    body: z.strictObject({ mode: z.enum(signUpModes) }),
    output: SignUpSetting,
  },
  'GET /api/admin/settings/branding': {
    noun: 'administration',
    summary: 'Name and note of this instance.',
    permission: 'instance',
    status: 200,
    output: Branding,
  },
  'PUT /api/admin/settings/branding': {
    noun: 'administration',
    summary: 'Give this instance a name, and the sign-in page a note.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    body: z.strictObject(brandingFields),
    output: Branding,
  },
  'GET /api/admin/settings/terms': {
    noun: 'administration',
    summary: 'The terms of service as administrators wrote them.',
    permission: 'instance',
    status: 200,
    output: Terms,
  },
  'PUT /api/admin/settings/terms': {
    noun: 'administration',
    summary: 'Write the terms of service, as plain text; null brings back what comes with the product.',
    permission: 'instance',
    status: 200,
    freshSignIn: true,
    body: z.strictObject({ en: text(50_000).nullable(), 'zh-CN': text(50_000).nullable() }),
    output: Terms,
  },
  'GET /api/terms': {
    noun: 'administration',
    summary: 'The terms of service; null where the text that comes with the product holds.',
    permission: 'public',
    status: 200,
    output: Terms,
  },
  'GET /api/admin/system': {
    noun: 'administration',
    summary: 'What the server runs on and how it is.',
    permission: 'instance',
    status: 200,
    output: System,
  },
  'GET /api/admin/usage': {
    noun: 'administration',
    summary:
      'What was spent in the whole instance, by workspace (dearest first) and by day (UTC); no keys, models, people or contents.',
    permission: 'instance',
    status: 200,
    query: z.strictObject({
      /** Half-open, to the day; the last 30 days unless given. */
      from: TimeInput.optional(),
      to: TimeInput.optional(),
      /** The days of one workspace. */
      workspaceId: WorkspaceId.optional(),
    }),
    output: z.object({
      from: Time,
      to: Time,
      totals: Figures,
      days: z.array(Figures.extend({ day: z.iso.date() })),
      /** At most 500. `name` is null where the workspace is gone. */
      workspaces: z.array(
        Figures.extend({
          id: WorkspaceId,
          name: z.string().nullable(),
          kind: z.enum(['personal', 'team']).nullable(),
        }),
      ),
    }),
  },
} as const satisfies Record<OperationName, Operation>;
