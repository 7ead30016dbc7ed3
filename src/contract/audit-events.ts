import { z } from 'zod';
import { page, pageFields, Time, TimeInput, text } from './fields.ts';
import type { Operation, OperationName } from './operation.ts';

const results = ['ok', 'denied', 'error'] as const;

export const AuditEvent = z
  .object({
    /** An id of ours, or whatever stands in a row that somebody else wrote. */
    id: z.string(),
    time: Time,
    /** Place in the chain; null for events of before chains were kept. */
    number: z.number().int().nullable(),
    actor: z
      .object({ kind: z.enum(['user', 'service_account', 'system']), id: z.string(), label: z.string() })
      .nullable(),
    action: z.string(),
    target: z.object({ type: z.string(), id: z.string(), label: z.string() }).nullable(),
    result: z.enum(results),
    reason: z.string().nullable(),
    ip: z.string(),
    userAgent: z.string(),
    client: z.string(),
    requestId: z.string(),
    /** How the caller was signed in. */
    signIn: z
      .object({
        sessionId: z.string(),
        method: z.string(),
        secondFactor: z.boolean(),
        /** Seconds since they last proved who they are. */
        ageSeconds: z.number().int(),
      })
      .nullable(),
    /** Plain facts such as names of changed fields; never values that could be secret. */
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    hash: z.string().nullable(),
  })
  .meta({ id: 'AuditEvent' });

const filters = {
  /** In the names of who acted and what was acted on. */
  q: text(200).optional(),
  /** One action, or its beginning with a point at the end, e.g. `key.`. */
  action: z.string().max(60).optional(),
  actorId: z.string().max(60).optional(),
  targetId: z.string().max(60).optional(),
  result: z.enum(results).optional(),
  from: TimeInput.optional(),
  to: TimeInput.optional(),
};

export const ChainReport = z
  .object({
    isIntact: z.boolean(),
    /** Events whose hash was computed anew. */
    checked: z.number().int(),
    /** Events of before chains were kept. */
    unchained: z.number().int(),
    /** Events that retention removed under a seal. */
    removed: z.number().int(),
    /** To be compared with what was exported or streamed earlier. */
    head: z.object({ number: z.number().int(), hash: z.string() }),
    /** Each place that is not as it was written, at most 100. */
    faults: z.array(
      z.object({
        kind: z.enum(['changed', 'missing', 'moved', 'foreign', 'cut', 'head', 'checkpoint']),
        number: z.number().int(),
        eventId: z.string().nullable(),
        count: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'ChainReport' });

const AuditSettings = z
  .object({
    /** Null: kept for ever. */
    keepDays: z.number().int().nullable(),
    stream: z
      .object({
        host: z.string(),
        /** Events that have not arrived there yet. */
        waiting: z.number().int(),
        lastError: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'AuditSettings' });

const settingsInput = z.strictObject({
  keepDays: z.number().int().min(30).max(3650).nullable().optional(),
  /** Every event is sent there, signed, in the order of the chain; null: nowhere. */
  streamUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullable()
    .optional(),
});
const settingsOutput = AuditSettings.extend({
  /** Of a new address: the secret that signs what is sent there, in this reply and never again. */
  signingSecret: z.string().nullable(),
});

export const auditEventOperations = {
  'GET /api/audit-events': {
    noun: 'audit events',
    summary: 'Who did what in the workspace, newest first. Members see their own doing.',
    permission: 'audit:read',
    status: 200,
    query: z.strictObject({ ...filters, ...pageFields }),
    output: page(AuditEvent),
    errors: ['too_many_attempts'],
  },
  'GET /api/audit-events/export': {
    noun: 'audit events',
    summary: 'The same as CSV, oldest first, everything that the filters let through.',
    permission: 'audit:export',
    status: 200,
    query: z.strictObject(filters),
    stream: 'text/csv; charset=utf-8',
    errors: ['too_many_attempts'],
  },
  'POST /api/audit-events/verify': {
    noun: 'audit events',
    summary: 'Walk the chain of the workspace and name every place that was changed behind the program’s back.',
    permission: 'audit:export',
    status: 200,
    output: ChainReport,
    errors: ['too_many_attempts'],
  },
  'GET /api/audit-events/settings': {
    noun: 'audit events',
    summary: 'How long events are kept and where they are sent.',
    permission: 'audit:export',
    status: 200,
    output: AuditSettings,
  },
  'PUT /api/audit-events/settings': {
    noun: 'audit events',
    summary: 'Change how long events are kept and where they are sent.',
    permission: 'audit:edit',
    status: 200,
    body: settingsInput,
    output: settingsOutput,
    freshSignIn: true,
    errors: ['webhook_refused', 'conflict'],
  },
  'GET /api/instance/audit-events': {
    noun: 'audit events',
    summary: 'What happened to accounts and to the instance, newest first; nothing of any workspace.',
    permission: 'instance',
    status: 200,
    query: z.strictObject({ ...filters, ...pageFields }),
    output: page(AuditEvent),
    errors: ['too_many_attempts'],
  },
  'GET /api/admin/settings/audit': {
    noun: 'audit events',
    summary: 'How long events of the instance are kept and where they are sent.',
    permission: 'instance',
    status: 200,
    output: AuditSettings,
  },
  'PUT /api/admin/settings/audit': {
    noun: 'audit events',
    summary: 'Change how long events of the instance are kept and where they are sent.',
    permission: 'instance',
    status: 200,
    body: settingsInput,
    output: settingsOutput,
    freshSignIn: true,
    errors: ['webhook_refused', 'conflict'],
  },
  'POST /api/instance/audit-events/verify': {
    noun: 'audit events',
    summary: 'Walk every chain, the one of the instance and one for each workspace.',
    permission: 'instance',
    status: 200,
    output: z.object({
      items: z.array(z.object({ chain: z.string(), report: ChainReport })),
    }),
    errors: ['too_many_attempts'],
  },
} as const satisfies Record<OperationName, Operation>;
