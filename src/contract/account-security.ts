import { z } from 'zod';
import { line, page, pageFields, Time } from './fields.ts';
import { PasskeyId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { signInMethods } from './vocabulary.ts';

/** Base64url without padding. */
const Base64Url = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .regex(/^[\w-]+$/, 'must be base64url');

/** Six digits of an authenticator app, or a recovery code; white space does not matter. */
export const SecondFactorCode = z.string().trim().min(1).max(64);

/**
 * What the browser gives for a new passkey: `RegistrationResponseJSON` of WebAuthn level 3. The fields that are not named
 * here repeat what the named ones hold, so they are left unread.
 */
const PasskeyRegistration = z
  .object({
    id: Base64Url(1400),
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: Base64Url(8000),
      attestationObject: Base64Url(60_000),
      transports: z.array(z.string().max(40)).max(10).optional(),
    }),
  })
  .meta({ id: 'PasskeyRegistration' });

/** What the browser gives when a passkey signs: `AuthenticationResponseJSON` of WebAuthn level 3. */
export const PasskeyAuthentication = z
  .object({
    id: Base64Url(1400),
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: Base64Url(8000),
      authenticatorData: Base64Url(8000),
      signature: Base64Url(2000),
      userHandle: Base64Url(100).nullish(),
    }),
  })
  .meta({ id: 'PasskeyAuthentication' });

const CredentialDescriptor = z.object({
  type: z.literal('public-key'),
  id: z.string(),
  transports: z.array(z.string()),
});

/** `PublicKeyCredentialCreationOptionsJSON`: for `PublicKeyCredential.parseCreationOptionsFromJSON`. */
const PasskeyCreationOptions = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
    timeout: z.number().int(),
    attestation: z.literal('none'),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    excludeCredentials: z.array(CredentialDescriptor),
  })
  .meta({ id: 'PasskeyCreationOptions' });

/** `PublicKeyCredentialRequestOptionsJSON`: for `PublicKeyCredential.parseRequestOptionsFromJSON`. */
const PasskeyRequestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.number().int(),
    userVerification: z.literal('required'),
    allowCredentials: z.array(CredentialDescriptor),
  })
  .meta({ id: 'PasskeyRequestOptions' });

export const Passkey = z
  .object({
    id: PasskeyId,
    name: z.string(),
    /** Whether the passkey is kept by a service that copies it to other devices. */
    isBackedUp: z.boolean(),
    createdAt: Time,
    lastUsedAt: Time.nullable(),
  })
  .meta({ id: 'Passkey' });

/** What an account has besides its password. */
export const SecondFactors = z
  .object({
    totp: z.boolean(),
    passkeys: z.number().int(),
    recoveryCodesLeft: z.number().int(),
  })
  .meta({ id: 'SecondFactors' });

const SignIn = z
  .object({
    time: Time,
    result: z.enum(['ok', 'denied']),
    /** Of a refusal: `wrong_password`, `second_factor_missing`, `second_factor_wrong`, `disabled` or `passkey_...`. */
    reason: z.string().nullable(),
    method: z.enum(signInMethods),
    secondFactor: z.boolean(),
    ip: z.string(),
    userAgent: z.string(),
  })
  .meta({ id: 'SignIn' });

/** Shown this once. */
const RecoveryCodes = z.array(z.string()).meta({ example: ['k3f9-x2mq-8hvd-0c7n-tz5w-r1yb'] });

const passkeyErrors = ['passkey_refused', 'passkeys_need_address', 'too_many_attempts'] as const;

export const accountSecurityOperations = {
  'GET /api/me/security': {
    noun: 'account-security',
    summary: 'Which second factors this account has, and how it was signed in.',
    permission: 'account',
    status: 200,
    output: z.object({
      /** False: the account signs in by other means, and proves itself by them. */
      hasPassword: z.boolean(),
      secondFactors: SecondFactors,
      session: z.object({ method: z.enum(signInMethods), secondFactor: z.boolean() }),
      emailVerified: z.boolean(),
      /** Whether the server can send mail: to verify the address, or to reset a forgotten password. */
      mailIsSetUp: z.boolean(),
      /** Null: passkeys cannot work here, for want of a fixed address with a name (`PUBLIC_URL`). */
      passkeyDomain: z.string().nullable(),
    }),
  },
  'POST /api/me/totp': {
    noun: 'account-security',
    summary: 'Begin to connect an authenticator app: gives its secret once. It counts after `/confirm`.',
    permission: 'account',
    status: 200,
    freshSignIn: true,
    output: z.object({
      /** For a QR code. */
      uri: z.string().meta({ example: 'otpauth://totp/...' }),
      /** To type in, base 32. */
      secret: z.string(),
    }),
    errors: ['conflict'],
  },
  'POST /api/me/totp/confirm': {
    noun: 'account-security',
    summary: 'Finish connecting the app with a code it shows. Gives ten new recovery codes; older ones end.',
    permission: 'account',
    status: 200,
    body: z.strictObject({ code: SecondFactorCode }),
    output: z.object({ recoveryCodes: RecoveryCodes }),
    errors: ['totp_wrong', 'conflict', 'too_many_attempts'],
  },
  'DELETE /api/me/totp': {
    noun: 'account-security',
    summary: 'Disconnect the authenticator app, with one of its codes, a recovery code or the password.',
    permission: 'account',
    status: 204,
    freshSignIn: true,
    body: z
      .strictObject({ code: SecondFactorCode.optional(), password: z.string().min(1).max(256).optional() })
      .refine(({ code, password }) => (code === undefined) !== (password === undefined), 'give code or password'),
    errors: ['totp_wrong', 'wrong_password', 'not_found', 'too_many_attempts'],
  },
  'POST /api/me/recovery-codes': {
    noun: 'account-security',
    summary: 'Ten new recovery codes, shown once. The ones before end.',
    permission: 'account',
    status: 200,
    freshSignIn: true,
    output: z.object({ recoveryCodes: RecoveryCodes }),
    errors: ['second_factor_missing'],
  },
  'GET /api/me/passkeys': {
    noun: 'account-security',
    summary: 'The passkeys of this account.',
    permission: 'account',
    status: 200,
    output: z.object({ items: z.array(Passkey), nextCursor: z.null() }),
  },
  'POST /api/me/passkeys/options': {
    noun: 'account-security',
    summary:
      'Begin to add a passkey: what the browser needs for `navigator.credentials.create`. Good for five minutes.',
    permission: 'account',
    status: 200,
    freshSignIn: true,
    output: PasskeyCreationOptions,
    errors: ['passkeys_need_address', 'too_many_objects'],
  },
  'POST /api/me/passkeys': {
    noun: 'account-security',
    summary: 'Add the passkey that the browser made. Gives recovery codes when the account had none.',
    permission: 'account',
    status: 201,
    freshSignIn: true,
    body: z.strictObject({ name: line(80), registration: PasskeyRegistration }),
    output: z.object({ passkey: Passkey, recoveryCodes: RecoveryCodes.nullable() }),
    errors: [...passkeyErrors, 'conflict', 'too_many_objects'],
  },
  'PUT /api/me/passkeys/{id}': {
    noun: 'account-security',
    summary: 'Rename a passkey.',
    permission: 'account',
    status: 200,
    params: z.strictObject({ id: PasskeyId }),
    body: z.strictObject({ name: line(80) }),
    output: Passkey,
  },
  'DELETE /api/me/passkeys/{id}': {
    noun: 'account-security',
    summary: 'Remove a passkey.',
    permission: 'account',
    status: 204,
    freshSignIn: true,
    params: z.strictObject({ id: PasskeyId }),
  },
  'POST /api/login/passkey/options': {
    noun: 'account-security',
    summary:
      'Begin a proof by passkey, to sign in or for `POST /api/me/confirm`: what `navigator.credentials.get` needs.',
    permission: 'public',
    status: 200,
    output: PasskeyRequestOptions,
    errors: ['passkeys_need_address', 'too_many_attempts'],
  },
  'GET /api/me/sign-ins': {
    noun: 'account-security',
    summary: 'When and from where somebody signed in to this account or tried to, newest first.',
    permission: 'account',
    status: 200,
    query: z.strictObject(pageFields),
    output: page(SignIn),
  },
  'POST /api/me/email/verify': {
    noun: 'account-security',
    summary: 'Send a link to the e-mail address of this account that verifies it. Nothing is sent when it is verified.',
    permission: 'account',
    status: 204,
    errors: ['mail_not_set_up', 'mail_failed', 'too_many_attempts'],
  },
  'POST /api/email/verify': {
    noun: 'account-security',
    summary: 'Finish with the token of such a link: the address is verified, or changed where a change was asked for.',
    permission: 'public',
    status: 204,
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    errors: ['link_used', 'email_taken', 'too_many_attempts'],
  },
} as const satisfies Record<OperationName, Operation>;
