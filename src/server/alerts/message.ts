import type { AlertId, WorkspaceId } from '../../contract/ids.ts';
import type { BudgetPeriod, Locale } from '../../contract/vocabulary.ts';
import { toUsdText } from '../virtual-keys/usd-text.ts';
import type { AlertRow } from './alerts.store.ts';

/** What a webhook receives as JSON. Receivers know a message that comes twice by its id. */
export type Message =
  | { type: 'test'; id: AlertId; time: string; workspaceId: WorkspaceId }
  | {
      type: 'budget.threshold';
      id: AlertId;
      time: string;
      workspaceId: WorkspaceId;
      subject: { kind: 'virtualKey' | 'key'; id: string; label: string };
      period: BudgetPeriod;
      threshold: number;
      spentUsd: string;
      limitUsd: string;
    };

export function toMessage(row: AlertRow): Message {
  return {
    type: 'budget.threshold',
    id: row.id,
    time: new Date(row.created_at).toISOString(),
    workspaceId: row.workspace_id,
    subject: { kind: row.subject_kind, id: row.subject_id, label: row.subject_label },
    period: row.period,
    threshold: row.threshold,
    spentUsd: toUsdText(row.spent_nano_usd),
    limitUsd: toUsdText(row.limit_nano_usd),
  };
}

const periodNames: Readonly<Record<Locale, Readonly<Record<BudgetPeriod, string>>>> = {
  en: { hour: 'hourly', day: 'daily', week: 'weekly', month: 'monthly', total: 'total' },
  'zh-CN': { hour: '每小时', day: '每日', week: '每周', month: '每月', total: '总' },
};

/** The message as one sentence for a chat. */
export function toSentence(message: Message, locale: Locale): string {
  const isChinese = locale === 'zh-CN';
  if (message.type === 'test') {
    return isChinese
      ? 'API Key Manager：这是一条测试消息，预算提醒将发送到这里。'
      : 'API Key Manager: this is a test. Budget alerts will arrive here.';
  }
  const label = withoutMarkup(message.subject.label);
  const period = periodNames[locale][message.period];
  const [spent, limit] = [message.spentUsd, message.limitUsd].map(withoutSpareZeros);
  return isChinese
    ? `API Key Manager：“${label}”的${period}预算已用 ${message.threshold}%（${spent} / ${limit} 美元）。`
    : `API Key Manager: ${message.threshold} % of the ${period} budget of "${label}" is used (${spent} of ${limit} US dollars).`;
}

/** At least two decimals, and no more than it takes: small budgets are told as they are. */
const withoutSpareZeros = (usd: string): string => usd.replace(/0{1,7}$/, '');

/** Chats read `<!channel>` and `<at user_id="all">` as calls to everybody; a name must not make one. */
function withoutMarkup(label: string): string {
  return label.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('@', '＠');
}
