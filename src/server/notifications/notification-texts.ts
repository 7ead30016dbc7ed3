import type { NotificationFacts } from '../../contract/notifications.ts';
import type { GrantLevel, Role } from '../../contract/permissions.ts';
import type { BudgetPeriod, Locale, NotificationKind } from '../../contract/vocabulary.ts';
import { tidings } from '../accounts/mail-texts.ts';

/** What a sentence is made of. The label is set in quotation marks. */
export interface Told {
  readonly kind: NotificationKind;
  readonly label: string;
  readonly facts: NotificationFacts;
}

type Sentence = (label: string, facts: NotificationFacts) => string;

const periodNames: Readonly<Record<Locale, Readonly<Record<BudgetPeriod, string>>>> = {
  en: { hour: 'hourly', day: 'daily', week: 'weekly', month: 'monthly', total: 'total' },
  'zh-CN': { hour: '每小时', day: '每日', week: '每周', month: '每月', total: '总' },
};

const roleNames: Readonly<Record<Locale, Readonly<Record<Role, string>>>> = {
  en: { owner: 'owner', admin: 'administrator', member: 'member', viewer: 'viewer' },
  'zh-CN': { owner: '所有者', admin: '管理员', member: '成员', viewer: '查看者' },
};

const levelNames: Readonly<Record<Locale, Readonly<Record<GrantLevel, string>>>> = {
  en: { see: 'see', use: 'use', copy: 'copy', manage: 'manage' },
  'zh-CN': { see: '查看', use: '使用', copy: '复制', manage: '管理' },
};

/** At least two decimals, and no more than it takes: small budgets are told as they are. */
const withoutSpareZeros = (usd = ''): string => usd.replace(/0{1,7}$/, '');

const day = (time = ''): string => time.slice(0, 10);

const english: Readonly<Record<NotificationKind, Sentence>> = {
  key_expiring: (label, { days = 0, expiresAt }) =>
    `The key "${label}" expires in ${days} ${days === 1 ? 'day' : 'days'}, on ${day(expiresAt)}.`,
  key_expired: (label, { expiresAt }) => `The key "${label}" expired on ${day(expiresAt)}.`,
  key_invalid: (label) => `The provider refuses the key "${label}". Test it again or replace it.`,
  balance_low: (label, { amount, currency }) =>
    `The account of the key "${label}" has only ${amount} ${currency} left.`,
  budget_reached: (label, { threshold, period = 'total', spentUsd, limitUsd }) =>
    `${threshold} % of the ${periodNames.en[period]} budget of "${label}" is used (${withoutSpareZeros(spentUsd)} of ${withoutSpareZeros(limitUsd)} US dollars).`,
  invitation: (label, { by, role = 'member' }) => `${by} invites you to "${label}" as ${roleNames.en[role]}.`,
  member_joined: (label, { role = 'member', isPending }) =>
    isPending
      ? `"${label}" wants to join as ${roleNames.en[role]} and waits to be confirmed.`
      : `"${label}" joined as ${roleNames.en[role]}.`,
  access_granted: (label, { by, level = 'use' }) => `${by} lets you ${levelNames.en[level]} the key "${label}".`,
  security: (_label, { news = 'newDevice' }) =>
    news === 'newDevice' ? 'Your account was signed in to from a new device.' : tidings.en.what[news],
};

const chinese: Readonly<Record<NotificationKind, Sentence>> = {
  key_expiring: (label, { days = 0, expiresAt }) => `密钥“${label}”将在 ${days} 天后（${day(expiresAt)}）过期。`,
  key_expired: (label, { expiresAt }) => `密钥“${label}”已于 ${day(expiresAt)} 过期。`,
  key_invalid: (label) => `服务商拒绝了密钥“${label}”，请重新测试或更换。`,
  balance_low: (label, { amount, currency }) => `密钥“${label}”所属账户余额仅剩 ${amount} ${currency}。`,
  budget_reached: (label, { threshold, period = 'total', spentUsd, limitUsd }) =>
    `“${label}”的${periodNames['zh-CN'][period]}预算已用 ${threshold}%（${withoutSpareZeros(spentUsd)} / ${withoutSpareZeros(limitUsd)} 美元）。`,
  invitation: (label, { by, role = 'member' }) => `${by} 邀请你以${roleNames['zh-CN'][role]}身份加入“${label}”。`,
  member_joined: (label, { role = 'member', isPending }) =>
    isPending
      ? `“${label}”申请以${roleNames['zh-CN'][role]}身份加入，等待确认。`
      : `“${label}”已以${roleNames['zh-CN'][role]}身份加入。`,
  access_granted: (label, { by, level = 'use' }) => `${by} 允许你${levelNames['zh-CN'][level]}密钥“${label}”。`,
  security: (_label, { news = 'newDevice' }) =>
    news === 'newDevice' ? '你的账号在一台新设备上登录。' : tidings['zh-CN'].what[news],
};

const sentences: Readonly<Record<Locale, typeof english>> = { en: english, 'zh-CN': chinese };

/** What people are told, as one sentence for a mail or a chat. */
export function sentenceOf({ kind, label, facts }: Told, locale: Locale): string {
  return sentences[locale][kind](label, facts);
}
