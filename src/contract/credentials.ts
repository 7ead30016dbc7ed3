import { z } from 'zod';
import {
  BaseUrl,
  Dialect,
  halfCharacters,
  isWellFormed,
  line,
  page,
  pageFields,
  Time,
  TimeInput,
  text,
} from './fields.ts';
import { AuditEventId, CredentialId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { accessLevels } from './permissions.ts';
import { credentialStatuses, testStatuses } from './vocabulary.ts';

const ProviderId = line(64);
/** As pasted, without the white space around it. Control characters could split a header, so they are refused. */
const SecretText = z
  .string()
  .trim()
  .min(1)
  .max(8192)
  .refine(isWellFormed, halfCharacters)
  .refine((value) => !/(?![\t\n\r])\p{Cc}/u.test(value), 'must not contain control characters');
const Tag = line(40);
const BaseUrls = z.partialRecord(Dialect, BaseUrl);
/** US dollars; money is kept in nano-dollars, so nine decimals count. */
const BudgetUsd = z.number().min(0).max(1_000_000);

export const Balance = z.object({ amount: z.string(), currency: z.string() }).meta({ id: 'Balance' });
const Duplicate = z.object({ id: CredentialId, name: z.string() });

export const Key = z
  .object({
    id: CredentialId,
    provider: z.string(),
    name: z.string(),
    preview: z.string(),
    baseUrl: z.string().nullable(),
    baseUrls: z.partialRecord(Dialect, z.string()),
    tags: z.array(z.string()),
    note: z.string(),
    status: z.enum(credentialStatuses),
    /** Machine-readable reason of the last test, see docs/reference/errors.md. */
    statusReason: z.string().nullable(),
    lastTestedAt: Time.nullable(),
    lastUsedAt: Time.nullable(),
    lastCopiedAt: Time.nullable(),
    expiresAt: Time.nullable(),
    createdAt: Time,
    updatedAt: Time,
    deletedAt: Time.nullable(),
    version: z.number().int(),
    accessLevel: z.enum(accessLevels),
    /** Whether the caller may obtain the secret. Below `copy` false; administrators may be held to what was granted. */
    mayCopy: z.boolean(),
    monthlyBudgetUsd: z.number().nullable(),
    /** Whether it is tested by the clock, as often as the workspace says. */
    scheduledChecks: z.boolean(),
    models: z.number().int().nullable(),
    balance: Balance.extend({ checkedAt: Time }).nullable(),
  })
  .meta({ id: 'Key' });

export const KeyVersion = z
  .object({
    version: z.number().int(),
    preview: z.string(),
    createdAt: Time,
    createdBy: z.string(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'KeyVersion' });

export const KeyEvent = z
  .object({
    id: AuditEventId,
    time: Time,
    action: z.string(),
    actor: z.string(),
    result: z.enum(['ok', 'denied', 'error']),
    reason: z.string().nullable(),
  })
  .meta({ id: 'KeyEvent' });

export const KeyTest = z
  .object({
    status: z.enum(testStatuses),
    /** Closed set of reasons; the dashboard words them, `message` is the English sentence. */
    reason: z.string(),
    message: z.string(),
    latencyMs: z.number().int(),
    httpStatus: z.number().int().optional(),
    models: z.number().int().optional(),
    balance: Balance.optional(),
    /** The base URL that answered in place of the one given, e.g. with the missing `/v1`. */
    suggestedBaseUrl: z.string().optional(),
    /** A key of this workspace that holds the same secret. */
    duplicateOf: Duplicate.optional(),
  })
  .meta({ id: 'KeyTest' });

/** A key as stored just now, with another one that holds the same secret. */
const StoredKey = Key.extend({ duplicateOf: Duplicate.nullable() }).meta({ id: 'StoredKey' });

const params = z.strictObject({ id: CredentialId });

const editable = {
  name: line(120),
  secret: SecretText,
  baseUrl: BaseUrl.nullable(),
  baseUrls: BaseUrls,
  tags: z.array(Tag).max(20),
  note: text(2000),
  expiresAt: TimeInput.nullable(),
  monthlyBudgetUsd: BudgetUsd.nullable(),
};

const addressErrors = ['unknown_provider', 'base_url_needed', 'base_url_refused'] as const;

export const credentialOperations = {
  'GET /api/keys': {
    noun: 'keys',
    summary: 'The keys of the workspace, newest first. Never the secrets.',
    permission: 'credential:see',
    status: 200,
    query: z.strictObject({
      q: text(200).optional(),
      provider: ProviderId.optional(),
      tag: text(40).optional(),
      status: z.enum([...credentialStatuses, 'expiring', 'trashed']).optional(),
      ...pageFields,
    }),
    output: page(Key),
  },
  'POST /api/keys': {
    noun: 'keys',
    summary: 'Store a key. The secret is sealed before it is written and is never shown again.',
    permission: 'credential:create',
    status: 201,
    body: z.strictObject({
      provider: ProviderId,
      name: editable.name,
      secret: editable.secret,
      baseUrl: editable.baseUrl.optional(),
      baseUrls: editable.baseUrls.optional(),
      tags: editable.tags.optional(),
      note: editable.note.optional(),
      expiresAt: editable.expiresAt.optional(),
      monthlyBudgetUsd: editable.monthlyBudgetUsd.optional(),
    }),
    output: StoredKey,
    errors: addressErrors,
  },
  'GET /api/keys/facets': {
    noun: 'keys',
    summary: 'How many keys there are by provider, tag and status.',
    permission: 'credential:see',
    status: 200,
    output: z.object({
      total: z.number().int(),
      trashed: z.number().int(),
      providers: z.array(z.object({ id: z.string(), count: z.number().int() })),
      tags: z.array(z.object({ tag: z.string(), count: z.number().int() })),
      statuses: z.array(z.object({ status: z.enum(credentialStatuses), count: z.number().int() })),
    }),
  },
  'POST /api/keys/test': {
    noun: 'keys',
    summary: 'Ask the provider whether a key works: one that is not saved yet, or a saved one by its id.',
    permission: 'credential:test',
    status: 200,
    body: z.union([
      z.strictObject({ id: CredentialId }),
      z.strictObject({
        provider: ProviderId,
        secret: SecretText,
        baseUrl: BaseUrl.nullable().optional(),
        baseUrls: BaseUrls.optional(),
      }),
    ]),
    output: KeyTest,
    errors: [...addressErrors, 'credential_unreadable', 'too_many_attempts'],
  },
  'GET /api/keys/{id}': {
    noun: 'keys',
    summary: 'One key. One in the trash is missing unless it is asked for.',
    permission: 'credential:see',
    status: 200,
    params,
    query: z.strictObject({ includeTrashed: z.enum(['true', 'false']).default('false') }),
    output: Key,
  },
  'PUT /api/keys/{id}': {
    noun: 'keys',
    summary: 'Change a key. A new secret adds a version; a new host demands the secret again.',
    permission: 'credential:edit',
    status: 200,
    params,
    body: z.strictObject({
      name: editable.name.optional(),
      secret: editable.secret.optional(),
      baseUrl: editable.baseUrl.optional(),
      baseUrls: editable.baseUrls.optional(),
      tags: editable.tags.optional(),
      note: editable.note.optional(),
      expiresAt: editable.expiresAt.optional(),
      monthlyBudgetUsd: editable.monthlyBudgetUsd.optional(),
      provider: ProviderId.optional(),
      scheduledChecks: z.boolean().optional(),
    }),
    output: StoredKey,
    errors: [...addressErrors, 'secret_needed'],
  },
  'DELETE /api/keys/{id}': {
    noun: 'keys',
    summary: 'Move a key to the trash, where it stays for 30 days and serves nobody.',
    permission: 'credential:delete',
    status: 204,
    params,
  },
  'POST /api/keys/{id}/restore': {
    noun: 'keys',
    summary: 'Take a key out of the trash.',
    permission: 'credential:delete',
    status: 200,
    params,
    output: Key,
  },
  'POST /api/keys/{id}/purge': {
    noun: 'keys',
    summary: 'Delete a key in the trash for good, with every version of its secret.',
    permission: 'credential:purge',
    status: 204,
    params,
    errors: ['not_in_trash'],
    freshSignIn: true,
  },
  'POST /api/keys/{id}/copy': {
    noun: 'keys',
    summary: 'The secret itself, once, for the clipboard. Written to the audit trail before it leaves.',
    permission: 'credential:copy',
    status: 200,
    params,
    output: z.object({ secret: z.string() }),
    errors: ['credential_unreadable', 'too_many_attempts'],
    freshSignIn: true,
  },
  'GET /api/keys/{id}/versions': {
    noun: 'keys',
    summary: 'The versions of the secret, newest first.',
    permission: 'credential:see',
    status: 200,
    params,
    output: page(KeyVersion),
  },
  'POST /api/keys/{id}/versions/{version}/restore': {
    noun: 'keys',
    summary: 'Make an earlier version of the secret the current one again, as a new version.',
    permission: 'credential:edit',
    status: 200,
    params: z.strictObject({ id: CredentialId, version: z.coerce.number().int().min(1).max(1_000_000) }),
    output: StoredKey,
    errors: ['credential_unreadable'],
  },
  'GET /api/keys/{id}/events': {
    noun: 'keys',
    summary: 'What happened to a key, newest first: all of it for who manages the key, else what the caller did.',
    permission: 'audit:read',
    status: 200,
    params,
    query: z.strictObject(pageFields),
    output: page(KeyEvent),
  },
  'POST /api/keys/{id}/models': {
    noun: 'keys',
    summary: "Read the provider's own list of models with this key and merge it into the catalogue of the workspace.",
    permission: 'credential:test',
    status: 200,
    params,
    output: z.object({ found: z.number().int(), added: z.number().int() }),
    errors: ['credential_unreadable', 'unavailable', 'too_many_attempts'],
  },
} as const satisfies Record<OperationName, Operation>;
