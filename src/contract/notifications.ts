import { z } from 'zod';
import { page, pageFields, Time } from './fields.ts';
import { NotificationId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { grantLevels, roles } from './permissions.ts';
import { budgetPeriods, mailReadinesses, notificationKinds, securityNews } from './vocabulary.ts';

/** What a sentence about it needs. Which facts there are depends on the kind; those in brackets may be missing. */
export const NotificationFacts = z.object({
  /** `key_expiring`, `key_expired`. */
  expiresAt: Time.optional(),
  /** `key_expiring`: days that are left, rounded up. */
  days: z.number().int().optional(),
  /** `key_expiring`, `key_expired`, `key_invalid`, `balance_low`: the provider's id. */
  provider: z.string().optional(),
  /** `key_invalid`: the reason of the test, as in `statusReason` of a key. */
  reason: z.string().optional(),
  /** `balance_low`: decimal text as the provider told it, and its currency. */
  amount: z.string().optional(),
  currency: z.string().optional(),
  /** `budget_reached`: whose budget it is, the percent, of how many dollars, and by when it starts again. */
  budgetOf: z.enum(['virtualKey', 'key']).optional(),
  threshold: z.number().int().optional(),
  period: z.enum(budgetPeriods).optional(),
  spentUsd: z.string().optional(),
  limitUsd: z.string().optional(),
  /** `invitation`, `access_granted`: who did it. */
  by: z.string().optional(),
  /** `invitation`, `member_joined`. */
  role: z.enum(roles).optional(),
  /** `member_joined`: true where somebody has to be confirmed first. */
  isPending: z.boolean().optional(),
  /** `access_granted`. */
  level: z.enum(grantLevels).optional(),
  /** `security`: what happened, [from where, and the browser]. */
  news: z.enum(securityNews).optional(),
  ip: z.string().optional(),
  userAgent: z.string().optional(),
});
export type NotificationFacts = z.output<typeof NotificationFacts>;

export const Notification = z
  .object({
    id: NotificationId,
    kind: z.enum(notificationKinds),
    time: Time,
    readAt: Time.nullable(),
    workspace: z.object({ id: WorkspaceId, name: z.string() }).nullable(),
    /**
     * What it is about: the key, the virtual key, the person who joined; of an invitation the label is the workspace's
     * name. The id is null where there is nothing to open.
     */
    subject: z.object({ id: z.string().nullable(), label: z.string() }),
    facts: NotificationFacts,
  })
  .meta({ id: 'Notification' });

const Choice = z.strictObject({ kind: z.enum(notificationKinds), byMail: z.boolean() });

const Choices = z
  .object({
    /** Every kind once. */
    items: z.array(Choice),
    /** Whether mail reaches the caller at all. */
    mail: z.enum(mailReadinesses),
  })
  .meta({ id: 'NotificationChoices' });

export const notificationOperations = {
  'GET /api/notifications': {
    noun: 'notifications',
    summary: 'What the caller was told of, newest first, from all workspaces; kept for 90 days.',
    permission: 'account',
    status: 200,
    query: z.strictObject({ unread: z.enum(['true', 'false']).default('false'), ...pageFields }),
    /** `unread`: how many there are in all that were not read. */
    output: page(Notification).extend({ unread: z.number().int() }),
  },
  'POST /api/notifications/read': {
    noun: 'notifications',
    summary: 'Mark some notifications, or all, as read.',
    permission: 'account',
    status: 200,
    body: z.union([
      z.strictObject({ ids: z.array(NotificationId).min(1).max(100) }),
      z.strictObject({ all: z.literal(true) }),
    ]),
    output: z.object({ unread: z.number().int() }),
  },
  'GET /api/notifications/choices': {
    noun: 'notifications',
    summary: 'What the caller is also told by e-mail.',
    permission: 'account',
    status: 200,
    output: Choices,
  },
  'PUT /api/notifications/choices': {
    noun: 'notifications',
    summary: 'Change what the caller is told by e-mail; kinds that are not named stay as they are.',
    permission: 'account',
    status: 200,
    body: z.strictObject({ items: z.array(Choice).min(1).max(notificationKinds.length) }),
    output: Choices,
  },
} as const satisfies Record<OperationName, Operation>;
