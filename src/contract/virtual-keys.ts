import { z } from 'zod';
import { AddressList, line, page, pageFields, Time, TimeInput, text } from './fields.ts';
import { CallerId, CredentialId, VirtualKeyId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { budgetPeriods, disconnectPolicies, virtualKeyStates } from './vocabulary.ts';

const Usd = z.number().gt(0).max(1_000_000);
const IANA_ZONE_MAX = 64;

/** Spending allowed per calendar period of a time zone; at most one budget per period. */
const BudgetInput = z.strictObject({
  usd: Usd,
  period: z.enum(budgetPeriods),
  /** IANA name; UTC unless given. */
  timeZone: z.string().min(1).max(IANA_ZONE_MAX).optional(),
});

const onePerPeriod = (budgets: readonly { period: string }[]): boolean =>
  new Set(budgets.map(({ period }) => period)).size === budgets.length;

const Budgets = z.array(BudgetInput).max(budgetPeriods.length).refine(onePerPeriod, 'may have one budget per period');

export const BudgetView = z
  .object({
    period: z.enum(budgetPeriods),
    usd: z.number(),
    timeZone: z.string(),
    /** Added for the current period only. */
    topUpUsd: z.number(),
    /** Spent in the current period: US dollars with nine decimals. */
    spentUsd: z.string(),
    /** Reserved by calls that are running. */
    heldUsd: z.string(),
    startsAt: Time,
    /** Null for `total`. */
    resetsAt: Time.nullable(),
  })
  .meta({ id: 'Budget' });

/** A key of the pool. Lower priorities are used first; among equals the weight decides how often. */
const PoolEntry = z.strictObject({
  keyId: CredentialId,
  priority: z.number().int().min(1).max(100),
  weight: z.number().int().min(1).max(1000),
});

const KeyIds = z.union([z.literal('all'), z.array(CredentialId).min(1).max(100)]);

export const VirtualKey = z
  .object({
    id: VirtualKeyId,
    name: z.string(),
    /** The beginning and the end of the secret; the rest is not stored. */
    preview: z.string(),
    state: z.enum(virtualKeyStates),
    keyIds: z.union([z.literal('all'), z.array(CredentialId)]),
    /** How the keys share the work; empty for `all`. */
    pool: z.array(PoolEntry),
    /** Null: every model of its keys. A trailing `*` stands for any ending. */
    models: z.array(z.string()).nullable(),
    budgets: z.array(BudgetView),
    rpm: z.number().int().nullable(),
    tpm: z.number().int().nullable(),
    maxConcurrent: z.number().int().nullable(),
    runningCalls: z.number().int(),
    ipAllowList: z.array(z.string()).nullable(),
    expiresAt: Time.nullable(),
    tags: z.array(z.string()),
    note: z.string(),
    blockUnpriced: z.boolean(),
    onDisconnect: z.enum(disconnectPolicies),
    owner: z.object({ id: CallerId, label: z.string() }).nullable(),
    createdAt: Time,
    updatedAt: Time,
    lastUsedAt: Time.nullable(),
    revokedAt: Time.nullable(),
    /** Until then the secret before the last rotation still works. */
    previousSecretUntil: Time.nullable(),
  })
  .meta({ id: 'VirtualKey' });

const editable = {
  name: line(120),
  keyIds: KeyIds,
  pool: z.array(PoolEntry).min(1).max(100),
  models: z.array(line(200)).min(1).max(500).nullable(),
  budgets: Budgets,
  rpm: z.number().int().min(1).max(1_000_000).nullable(),
  tpm: z.number().int().min(1).max(1_000_000_000).nullable(),
  maxConcurrent: z.number().int().min(1).max(100_000).nullable(),
  ipAllowList: AddressList.nullable(),
  expiresAt: TimeInput.nullable(),
  tags: z.array(line(40)).max(20),
  note: text(2000),
  blockUnpriced: z.boolean(),
  onDisconnect: z.enum(disconnectPolicies),
};

const optionalSettings = {
  pool: editable.pool.optional(),
  models: editable.models.optional(),
  budgets: editable.budgets.optional(),
  rpm: editable.rpm.optional(),
  tpm: editable.tpm.optional(),
  maxConcurrent: editable.maxConcurrent.optional(),
  ipAllowList: editable.ipAllowList.optional(),
  expiresAt: editable.expiresAt.optional(),
  tags: editable.tags.optional(),
  note: editable.note.optional(),
  blockUnpriced: editable.blockUnpriced.optional(),
  onDisconnect: editable.onDisconnect.optional(),
};

const settingErrors = ['unknown_key', 'time_zone_unknown'] as const;
const params = z.strictObject({ id: VirtualKeyId });
const Issued = z.object({ virtualKey: VirtualKey, secret: z.string() });

export const virtualKeyOperations = {
  'GET /api/virtual-keys': {
    noun: 'virtual keys',
    summary: 'The virtual keys of the workspace, newest first; members see their own.',
    permission: 'virtual-key:see',
    status: 200,
    query: z.strictObject({
      q: text(200).optional(),
      state: z.enum(virtualKeyStates).optional(),
      keyId: CredentialId.optional(),
      ...pageFields,
    }),
    output: page(VirtualKey),
  },
  'POST /api/virtual-keys': {
    noun: 'virtual keys',
    summary: 'Create a virtual key. Its secret is in this reply and never again.',
    permission: 'virtual-key:create',
    status: 201,
    body: z.strictObject({
      name: editable.name,
      keyIds: editable.keyIds,
      /** Whose calls it makes, if not the caller's: for owners and administrators. */
      ownerId: CallerId.optional(),
      ...optionalSettings,
    }),
    output: Issued,
    errors: [...settingErrors, 'too_many_objects', 'unknown_subject'],
  },
  'GET /api/virtual-keys/{id}': {
    noun: 'virtual keys',
    summary: 'One virtual key, with its budgets as they stand.',
    permission: 'virtual-key:see',
    status: 200,
    params,
    output: VirtualKey,
  },
  'PUT /api/virtual-keys/{id}': {
    noun: 'virtual keys',
    summary: 'Change a virtual key; in force before the reply arrives.',
    permission: 'virtual-key:edit',
    status: 200,
    params,
    body: z.strictObject({ name: editable.name.optional(), keyIds: editable.keyIds.optional(), ...optionalSettings }),
    output: VirtualKey,
    errors: [...settingErrors, 'virtual_key_revoked'],
  },
  'DELETE /api/virtual-keys/{id}': {
    noun: 'virtual keys',
    summary: 'Revoke a virtual key for good, at once. What it used stays in the usage.',
    permission: 'virtual-key:edit',
    status: 204,
    params,
  },
  'POST /api/virtual-keys/{id}/rotate': {
    noun: 'virtual keys',
    summary: 'Give a virtual key a new secret. The old one still works for the grace period.',
    permission: 'virtual-key:edit',
    status: 200,
    params,
    body: z.strictObject({ graceSeconds: z.number().int().min(0).max(2_592_000).default(0) }),
    output: Issued,
    errors: ['virtual_key_revoked'],
  },
  'POST /api/virtual-keys/{id}/top-up': {
    noun: 'virtual keys',
    summary: 'Add to one budget for its current period only.',
    permission: 'virtual-key:edit',
    status: 200,
    params,
    body: z.strictObject({ period: z.enum(budgetPeriods), usd: Usd }),
    output: VirtualKey,
    errors: ['virtual_key_revoked'],
  },
  'POST /api/playground/key': {
    noun: 'playground',
    summary: 'A virtual key of one hour for the playground of the signed-in person.',
    permission: 'virtual-key:create',
    status: 201,
    body: z.strictObject({ keyIds: editable.keyIds }),
    output: z.object({ secret: z.string(), virtualKeyId: VirtualKeyId, expiresAt: Time }),
    errors: ['unknown_key', 'too_many_objects'],
  },
} as const satisfies Record<OperationName, Operation>;
