import { z } from 'zod';
import { BaseUrl, Time } from './fields.ts';
import { AlertId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { budgetPeriods } from './vocabulary.ts';

const Alert = z
  .object({
    id: AlertId,
    time: Time,
    /** Whose budget it is. */
    subject: z.object({ kind: z.enum(['virtualKey', 'key']), id: z.string(), label: z.string() }),
    period: z.enum(budgetPeriods),
    threshold: z.number().int(),
    spentUsd: z.string(),
    limitUsd: z.string(),
    dismissedAt: Time.nullable(),
  })
  .meta({ id: 'Alert' });

/** A whole address with path and query, for a webhook often a secret in itself: it is sealed and only its host is shown. */
const WebhookUrl = z.union([BaseUrl, z.url({ protocol: /^https?$/ }).max(2048)]);

const Webhook = z.object({
  host: z.string(),
  updatedAt: Time,
  lastSentAt: Time.nullable(),
  /** Null: the last message arrived, or none was sent. */
  lastError: z.string().nullable(),
});

export const alertOperations = {
  'GET /api/alerts': {
    noun: 'alerts',
    summary: 'Budgets that passed 50, 80 or 100 percent, newest first; the last 200.',
    permission: 'usage:read',
    status: 200,
    output: z.object({ items: z.array(Alert) }),
  },
  'POST /api/alerts/{id}/dismiss': {
    noun: 'alerts',
    summary: 'Mark an alert as seen.',
    permission: 'alert:edit',
    status: 204,
    params: z.strictObject({ id: AlertId }),
  },
  'GET /api/alerts/webhook': {
    noun: 'alerts',
    summary: 'Where alerts are sent.',
    permission: 'alert:edit',
    status: 200,
    output: z.object({ webhook: Webhook.nullable() }),
  },
  'PUT /api/alerts/webhook': {
    noun: 'alerts',
    summary: 'Send alerts to an address. The secret that signs them is in this reply and never again.',
    permission: 'alert:edit',
    status: 200,
    body: z.strictObject({ url: WebhookUrl }),
    output: z.object({ webhook: Webhook, signingSecret: z.string() }),
    errors: ['webhook_refused'],
  },
  'DELETE /api/alerts/webhook': {
    noun: 'alerts',
    summary: 'Send alerts nowhere.',
    permission: 'alert:edit',
    status: 204,
  },
  'POST /api/alerts/webhook/test': {
    noun: 'alerts',
    summary: 'Send a test message to the webhook now.',
    permission: 'alert:edit',
    status: 200,
    output: z.object({ ok: z.boolean(), message: z.string() }),
    errors: ['too_many_attempts'],
  },
} as const satisfies Record<OperationName, Operation>;
