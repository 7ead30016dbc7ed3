import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type NotificationKind, notificationKinds } from '../../contract/vocabulary.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Handler } from '../context.ts';
import { actorOf } from '../sessions/sessions.ts';
import { listChoices, putChoice } from './notifications.store.ts';

type Choices = OperationResult<Operations['GET /api/notifications/choices']>;

/**
 * What goes by mail to who chose nothing: what costs money or stops work. An invitation has a mail of its own, with the
 * link in it.
 */
const mailedByDefault: Readonly<Record<NotificationKind, boolean>> = {
  key_expiring: true,
  key_expired: true,
  key_invalid: true,
  balance_low: true,
  budget_reached: true,
  invitation: false,
  member_joined: false,
  access_granted: false,
  security: true,
};

/** Whether somebody is told of a kind by mail; `chosen`: what they chose, or undefined. */
export function isMailed(kind: NotificationKind, chosen: boolean | undefined): boolean {
  return chosen ?? mailedByDefault[kind];
}

async function viewChoices({ services, user }: AccountContext): Promise<Choices> {
  const chosen = await listChoices(services.database.kysely, user.id);
  const isSetUp = await services.mail.isSetUp();
  return {
    items: notificationKinds.map((kind) => ({ kind, byMail: isMailed(kind, chosen.get(kind)) })),
    mail: !isSetUp ? 'not_set_up' : user.email_verified_at === null ? 'not_verified' : 'ready',
  };
}

export const readChoices: Handler<'GET /api/notifications/choices'> = viewChoices;

export const changeChoices: Handler<'PUT /api/notifications/choices'> = async (context, { body }) => {
  await context.services.database.transaction(async (transaction) => {
    for (const { kind, byMail } of body.items) {
      await putChoice(transaction, { user_id: context.user.id, kind, by_mail: byMail ? 1 : 0 });
    }
    await recordAuditEvent(transaction, context, {
      action: 'account.changed',
      actor: actorOf(context),
      target: { type: 'account', id: context.user.id, label: context.user.email_display },
      details: { fields: body.items.map(({ kind }) => `notifications.${kind}`) },
    });
  });
  return viewChoices(context);
};
