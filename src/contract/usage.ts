import { z } from 'zod';
import { line, page, pageFields, Time, TimeInput } from './fields.ts';
import { CallerId, CredentialId, UsageEventId, VirtualKeyId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { dialects, outcomes, priceStates, usageGroups, usageStates } from './vocabulary.ts';

const tokens = z.number().int();

/** What was counted in some time. `inputTokens` is all input, caches included; `outputTokens` all billed output. */
const UsageFigures = z.object({
  requests: tokens,
  /** Calls to providers; above `requests` where some were tried again. */
  attempts: tokens,
  errors: tokens,
  inputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: tokens,
  /** US dollars with nine decimals of everything that has a price; null when nothing has. */
  costUsd: z.string().nullable(),
  unpricedRequests: tokens,
  estimatedRequests: tokens,
  /** Calls that carry no usage at all. */
  missingRequests: tokens,
  latencyMsAverage: z.number().nullable(),
  firstByteMsAverage: z.number().nullable(),
});
export type UsageFigures = z.output<typeof UsageFigures>;

const Latency = z.object({
  latencyMsP50: z.number().nullable(),
  latencyMsP95: z.number().nullable(),
  firstByteMsP50: z.number().nullable(),
  firstByteMsP95: z.number().nullable(),
});

const Group = z.object({
  /** The id or name of the group, or null where a call had none. */
  id: z.string().nullable(),
  /** For people: the name it has now, or the id where it is gone. */
  label: z.string(),
});

export const UsageEvent = z
  .object({
    id: UsageEventId,
    requestId: z.string(),
    attempt: z.number().int(),
    isFinal: z.boolean(),
    time: Time,
    dialect: z.string().nullable(),
    endpoint: z.string(),
    provider: z.string(),
    model: z.string().nullable(),
    upstreamModel: z.string().nullable(),
    servedModel: z.string().nullable(),
    keyId: CredentialId,
    keyName: z.string().nullable(),
    virtualKeyId: VirtualKeyId,
    virtualKeyName: z.string().nullable(),
    memberId: CallerId.nullable(),
    memberLabel: z.string().nullable(),
    tool: z.string().nullable(),
    stream: z.boolean(),
    httpStatus: z.number().int().nullable(),
    outcome: z.enum(outcomes),
    errorCode: z.string().nullable(),
    errorDetail: z.string().nullable(),
    inputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    outputTokens: tokens,
    reasoningTokens: tokens,
    costUsd: z.string().nullable(),
    usageState: z.enum(usageStates),
    priceState: z.enum(priceStates),
    latencyMs: z.number().int(),
    firstByteMs: z.number().int().nullable(),
    upstreamRequestId: z.string().nullable(),
    /** One per model that the call is billed for: its exclusive token buckets and the prices they were billed at. */
    lines: z.array(
      z.object({
        model: z.string().nullable(),
        tokens: z.record(z.string(), tokens),
        /** US dollars per million tokens, by bucket. */
        usdPerMillion: z.record(z.string(), z.number().nullable()).nullable(),
      }),
    ),
  })
  .meta({ id: 'UsageEvent' });

/** Which calls are meant. Absent fields do not narrow. Members always see their own calls only. */
const filter = {
  provider: line(64).optional(),
  /** As the provider was asked for it. */
  model: line(200).optional(),
  keyId: CredentialId.optional(),
  virtualKeyId: VirtualKeyId.optional(),
  memberId: CallerId.optional(),
  tool: line(64).optional(),
};

/** Half-open: from is inside, to is not. The last 30 days unless given; to the hour for summaries and series. */
const span = { from: TimeInput.optional(), to: TimeInput.optional() };

const eventFilter = {
  ...span,
  ...filter,
  dialect: z.enum(dialects).optional(),
  outcome: z.enum([...outcomes, 'failed']).optional(),
  usageState: z.enum(usageStates).optional(),
  priceState: z.enum(priceStates).optional(),
  requestId: line(64).optional(),
};

export const usageOperations = {
  'GET /api/usage/summary': {
    noun: 'usage',
    summary: 'Totals of some time, and one row per group, dearest first.',
    permission: 'usage:read',
    status: 200,
    query: z.strictObject({ ...span, ...filter, groupBy: z.enum(usageGroups).optional() }),
    output: z.object({
      from: Time,
      to: Time,
      totals: UsageFigures.extend(Latency.shape),
      /** At most 200; what is left out is in `totals` all the same. */
      rows: z.array(UsageFigures.extend(Group.shape)),
    }),
  },
  'GET /api/usage/series': {
    noun: 'usage',
    summary: 'The same figures over time, for charts.',
    permission: 'usage:read',
    status: 200,
    query: z.strictObject({
      ...span,
      ...filter,
      interval: z.enum(['hour', 'day']).default('day'),
      /** Days begin at midnight of this zone. */
      timeZone: z.string().min(1).max(64).default('UTC'),
      groupBy: z.enum(usageGroups).optional(),
    }),
    output: z.object({
      from: Time,
      to: Time,
      interval: z.enum(['hour', 'day']),
      /**
       * The eight dearest groups, then all others as one, which has no id and `isOther`: a model may be called anything.
       * Empty without `groupBy`.
       */
      groups: z.array(Group.extend({ isOther: z.boolean() })),
      /** In order of time and without gaps; `group` is the place in `groups`, null without `groupBy`. */
      points: z.array(UsageFigures.extend({ time: Time, group: z.number().int().nullable() })),
    }),
    errors: ['time_zone_unknown'],
  },
  'GET /api/usage/events': {
    noun: 'usage',
    summary: 'The log of calls, one row per attempt, newest first.',
    permission: 'usage:read',
    status: 200,
    query: z.strictObject({ ...eventFilter, ...pageFields }),
    output: page(UsageEvent),
  },
  'GET /api/usage/events/{id}': {
    noun: 'usage',
    summary: 'One attempt.',
    permission: 'usage:read',
    status: 200,
    params: z.strictObject({ id: UsageEventId }),
    output: UsageEvent,
  },
  'GET /api/usage/export': {
    noun: 'usage',
    summary: 'The log of calls as CSV, newest first, at most 1,000,000 rows.',
    permission: 'usage:read',
    status: 200,
    query: z.strictObject(eventFilter),
    stream: 'text/csv; charset=utf-8',
  },
  'GET /api/usage/status': {
    noun: 'usage',
    summary:
      'Whether calls are recorded: what waits to be written, what the last start recovered, and which keys rest.',
    permission: 'usage:read',
    status: 200,
    output: z.object({
      pendingRecords: z.number().int(),
      lastAppliedAt: Time.nullable(),
      /** What keeps calls from being recorded, or has lost some: a sentence of this program, never of the database. */
      lastError: z.string().nullable(),
      recovery: z.object({
        at: Time,
        segments: z.number().int(),
        records: z.number().int(),
        applied: z.number().int(),
        alreadyApplied: z.number().int(),
        interrupted: z.number().int(),
        damagedBytes: z.number().int(),
      }),
      /** Keys that are not asked at the moment, and why. */
      restingKeys: z.array(
        z.object({ keyId: CredentialId, reason: z.string(), until: Time, failures: z.number().int() }),
      ),
    }),
  },
} as const satisfies Record<OperationName, Operation>;
