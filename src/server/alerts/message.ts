import type { AlertId, WorkspaceId } from '../../contract/ids.ts';
import { NotificationFacts } from '../../contract/notifications.ts';
import type { BudgetPeriod, Locale } from '../../contract/vocabulary.ts';
import { sentenceOf, type Told } from '../notifications/notification-texts.ts';
import { toUsdText } from '../virtual-keys/usd-text.ts';
import type { AlertRow } from './alerts.store.ts';
import type { Due, WebhookMessageRow } from './outbox.store.ts';
import { type WebhookKind, webhookKinds } from './webhook-messages.ts';

/** How receivers know each kind. */
const types = {
  key_expiring: 'key.expiring',
  key_expired: 'key.expired',
  key_invalid: 'key.invalid',
  balance_low: 'balance.low',
  member_joined: 'member.joined',
} as const satisfies Record<WebhookKind, string>;

interface Common {
  id: AlertId;
  time: string;
  workspaceId: WorkspaceId;
}

/** What a webhook receives as JSON. Receivers know a message that comes twice by its id. */
export type Message =
  | (Common & { type: 'test' })
  | (Common & {
      type: 'budget.threshold';
      subject: { kind: 'virtualKey' | 'key'; id: string; label: string };
      period: BudgetPeriod;
      threshold: number;
      spentUsd: string;
      limitUsd: string;
    })
  | (Common & {
      type: (typeof types)[WebhookKind];
      subject: { kind: 'key' | 'member'; id: string | null; label: string };
    } & NotificationFacts);

export function toMessage(due: Due): Message {
  return due.table === 'budget_alerts' ? budgetMessage(due.row) : otherMessage(due.row);
}

function budgetMessage(row: AlertRow): Message {
  return {
    type: 'budget.threshold',
    ...commonOf(row),
    subject: { kind: row.subject_kind, id: row.subject_id, label: row.subject_label },
    period: row.period,
    threshold: row.threshold,
    spentUsd: toUsdText(row.spent_nano_usd),
    limitUsd: toUsdText(row.limit_nano_usd),
  };
}

function otherMessage(row: WebhookMessageRow): Message {
  const kind = webhookKinds.find((known) => known === row.kind);
  if (kind === undefined) throw new Error(`a webhook is not told of ${row.kind}`);
  return {
    type: types[kind],
    ...commonOf(row),
    subject: { kind: kind === 'member_joined' ? 'member' : 'key', id: row.subject_id, label: row.subject_label },
    ...NotificationFacts.parse(JSON.parse(row.facts)),
  };
}

const commonOf = (row: Pick<AlertRow, 'id' | 'created_at' | 'workspace_id'>): Common => ({
  id: row.id,
  time: new Date(row.created_at).toISOString(),
  workspaceId: row.workspace_id,
});

/** The message as one sentence for a chat. */
export function toSentence(message: Message, locale: Locale): string {
  const isChinese = locale === 'zh-CN';
  const name = isChinese ? 'API Key Manager：' : 'API Key Manager: ';
  if (message.type === 'test') {
    return isChinese
      ? `${name}这是一条测试消息，提醒将发送到这里。`
      : `${name}this is a test. Alerts will arrive here.`;
  }
  return name + sentenceOf(toTold(message), locale);
}

function toTold(message: Exclude<Message, { type: 'test' }>): Told {
  const label = withoutMarkup(message.subject.label);
  if (message.type === 'budget.threshold') {
    const { period, threshold, spentUsd, limitUsd } = message;
    return { kind: 'budget_reached', label, facts: { period, threshold, spentUsd, limitUsd } };
  }
  const kind = webhookKinds.find((known) => types[known] === message.type);
  if (kind === undefined) throw new Error(`no sentence is made of ${message.type}`);
  return { kind, label, facts: message };
}

/** Chats read `<!channel>` and `<at user_id="all">` as calls to everybody; a name must not make one. */
function withoutMarkup(label: string): string {
  return label.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('@', '＠');
}
