import type { BudgetPeriod, DisconnectPolicy } from '../../../contract/vocabulary.ts';
import { type CredentialId, dayOf, endOfDay } from '../../credentials/credential.ts';
import type { NewVirtualKey, VirtualKey, VirtualKeyChange } from '../virtual-key.ts';
import { isNetwork } from './network.ts';

export interface BudgetDraft {
  /** Empty: no such budget. */
  usd: number | string;
  period: BudgetPeriod;
  timeZone: string;
}

export interface Share {
  priority: number;
  weight: number;
}

export const DEFAULT_SHARE: Share = { priority: 1, weight: 1 };
export const MODEL_LENGTH_MAX = 200;

/** Everything a person says about a virtual key. Empty texts mean that there is no such limit. */
export interface VirtualKeyDraft {
  name: string;
  isAll: boolean;
  keyIds: readonly CredentialId[];
  shares: Readonly<Record<string, Share>>;
  budgets: readonly BudgetDraft[];
  models: string[];
  rpm: number | string;
  tpm: number | string;
  maxConcurrent: number | string;
  ips: string[];
  /** A calendar day, or empty. */
  expiryDay: string;
  blockUnpriced: boolean;
  onDisconnect: DisconnectPolicy;
  tags: string[];
  note: string;
}

/** The time zone of the browser, in which people think about midnight. */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

export function emptyDraft(keyId: CredentialId | null): VirtualKeyDraft {
  return {
    name: '',
    isAll: keyId === null,
    keyIds: keyId === null ? [] : [keyId],
    shares: {},
    budgets: [{ usd: '', period: 'month', timeZone: ownTimeZone() }],
    models: [],
    rpm: '',
    tpm: '',
    maxConcurrent: '',
    ips: [],
    expiryDay: '',
    blockUnpriced: false,
    onDisconnect: 'drain',
    tags: [],
    note: '',
  };
}

export function draftOf(virtualKey: VirtualKey): VirtualKeyDraft {
  const { name, keyIds, pool, budgets, models, rpm, tpm, maxConcurrent, ipAllowList, expiresAt } = virtualKey;
  const { blockUnpriced, onDisconnect, tags, note } = virtualKey;
  return {
    name,
    isAll: keyIds === 'all',
    keyIds: keyIds === 'all' ? [] : keyIds,
    shares: Object.fromEntries(pool.map(({ keyId, priority, weight }) => [keyId, { priority, weight }])),
    budgets:
      budgets.length === 0
        ? [{ usd: '', period: 'month', timeZone: ownTimeZone() }]
        : budgets.map(({ usd, period, timeZone }) => ({ usd, period, timeZone })),
    models: models ?? [],
    rpm: rpm ?? '',
    tpm: tpm ?? '',
    maxConcurrent: maxConcurrent ?? '',
    ips: ipAllowList ?? [],
    expiryDay: expiresAt === null ? '' : dayOf(expiresAt),
    blockUnpriced,
    onDisconnect,
    tags,
    note,
  };
}

export type DraftProblems = Partial<Record<'name' | 'keys' | 'expiry' | 'models', true> & { ip: string }>;

/** What is missing or wrong, by field; `ip` is the first address that is none. `before` is what is edited. */
export function problemsOf(draft: VirtualKeyDraft, before: VirtualKey | null, nowMs: number): DraftProblems {
  const wrongIp = draft.ips.find((ip) => !isNetwork(ip));
  const isExpiryNew = expiryChange(draft, before) !== undefined;
  const isPast = draft.expiryDay !== '' && !(Date.parse(endOfDay(draft.expiryDay) ?? '') > nowMs);
  return {
    ...(draft.name.trim() === '' ? { name: true as const } : {}),
    ...(!draft.isAll && draft.keyIds.length === 0 ? { keys: true as const } : {}),
    ...(isExpiryNew && isPast ? { expiry: true as const } : {}),
    ...(draft.models.some((model) => model.length > MODEL_LENGTH_MAX) ? { models: true as const } : {}),
    ...(wrongIp === undefined ? {} : { ip: wrongIp }),
  };
}

/** Undefined when the day stays: the moment that is stored may not be the end of the day. */
function expiryChange({ expiryDay }: VirtualKeyDraft, before: VirtualKey | null): string | null | undefined {
  const dayBefore = before === null || before.expiresAt === null ? '' : dayOf(before.expiresAt);
  if (expiryDay === dayBefore) return undefined;
  return expiryDay === '' ? null : endOfDay(expiryDay);
}

const numberOrNull = (value: number | string): number | null => (typeof value === 'number' ? value : null);
const listOrNull = (values: string[]): string[] | null => (values.length === 0 ? null : values);

/** The body of a creation or, with `before`, of a change. Fields that say nothing new about limits are null. */
export function bodyOf(draft: VirtualKeyDraft, before: VirtualKey | null): NewVirtualKey & VirtualKeyChange {
  const expiresAt = expiryChange(draft, before);
  const keyIds = [...draft.keyIds];
  return {
    name: draft.name.trim(),
    keyIds: draft.isAll ? 'all' : keyIds,
    ...(draft.isAll ? {} : { pool: keyIds.map((keyId) => ({ keyId, ...(draft.shares[keyId] ?? DEFAULT_SHARE) })) }),
    budgets: draft.budgets.flatMap(({ usd, period, timeZone }) =>
      typeof usd === 'number' && usd > 0 ? [{ usd, period, timeZone }] : [],
    ),
    models: listOrNull(draft.models),
    rpm: numberOrNull(draft.rpm),
    tpm: numberOrNull(draft.tpm),
    maxConcurrent: numberOrNull(draft.maxConcurrent),
    ipAllowList: listOrNull(draft.ips),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    blockUnpriced: draft.blockUnpriced,
    onDisconnect: draft.onDisconnect,
    tags: draft.tags,
    note: draft.note,
  };
}

/** Whether anything of the section that is folded away is set. */
export function hasLimits(draft: VirtualKeyDraft): boolean {
  const { models, rpm, tpm, maxConcurrent, ips, expiryDay, blockUnpriced, onDisconnect, tags, note } = draft;
  const texts = [rpm, tpm, maxConcurrent, expiryDay, note];
  return (
    texts.some((value) => value !== '') ||
    [models, ips, tags].some((list) => list.length > 0) ||
    blockUnpriced ||
    onDisconnect !== 'drain' ||
    Object.values(draft.shares).some(({ priority, weight }) => priority !== 1 || weight !== 1)
  );
}
