import type { CredentialId, UserId, VirtualKeyId } from '../../contract/ids.ts';
import { type UsageGroup, usageGroups } from '../../contract/vocabulary.ts';
import { isCredentialId } from '../credentials/credential.ts';
import { pick } from '../search-params.ts';
import { isPreset, type Range, readDays } from './range.ts';
import { isUserId, isVirtualKeyId } from './usage-ids.ts';

/** Which calls are meant, under the names of the contract's query. */
export interface UsageFilter {
  provider?: string | undefined;
  model?: string | undefined;
  keyId?: CredentialId | undefined;
  virtualKeyId?: VirtualKeyId | undefined;
  memberId?: UserId | undefined;
  tool?: string | undefined;
}

export const charts = ['cost', 'tokens', 'requests', 'latency'] as const;
export type Chart = (typeof charts)[number];

export const sorts = ['cost', 'requests', 'tokens', 'errors', 'latency', 'name'] as const;
export type Sort = (typeof sorts)[number];

/** What the address of the usage page says. */
export interface UsageSearch {
  range: Range;
  filter: UsageFilter;
  by: UsageGroup;
  chart: Chart;
  sort: Sort;
}

export const rangeNames = ['range', 'from', 'to'] as const;
export const filterNames = ['provider', 'model', 'key', 'virtualKey', 'member', 'tool'] as const;
export const usageNames = [...rangeNames, ...filterNames, 'by', 'chart', 'sort'] as const;

export type RangeAddress = { [Name in (typeof rangeNames)[number]]?: string };
export type FilterAddress = { [Name in (typeof filterNames)[number]]?: string };
export type UsageAddress = { [Name in (typeof usageNames)[number]]?: string };

const DEFAULT_PRESET = '30d';
const TEXT_LENGTH_MAX = 200;

/** Reads an address that people may have edited; what is not understood is left out. */
export function readUsageSearch(raw: UsageAddress): UsageSearch {
  return {
    range: readRange(raw),
    filter: readFilter(raw),
    by: usageGroups.find((group) => group === raw.by) ?? 'model',
    chart: charts.find((chart) => chart === raw.chart) ?? 'cost',
    sort: sorts.find((sort) => sort === raw.sort) ?? 'cost',
  };
}

export function writeUsageSearch({ range, filter, by, chart, sort }: UsageSearch): UsageAddress {
  const raw = {
    ...writeRange(range),
    ...writeFilter(filter),
    by: by === 'model' ? undefined : by,
    chart: chart === 'cost' ? undefined : chart,
    sort: sort === 'cost' ? undefined : sort,
  };
  return pick(raw, ...usageNames);
}

export function readRange(raw: RangeAddress): Range {
  return readDays(raw.from, raw.to) ?? (isPreset(raw.range) ? raw.range : DEFAULT_PRESET);
}

export function writeRange(range: Range): RangeAddress {
  if (typeof range === 'object') return { from: range.from, to: range.to };
  return range === DEFAULT_PRESET ? {} : { range };
}

export function readFilter(raw: FilterAddress): UsageFilter {
  return {
    provider: bounded(raw.provider),
    model: bounded(raw.model),
    keyId: isCredentialId(raw.key) ? raw.key : undefined,
    virtualKeyId: isVirtualKeyId(raw.virtualKey) ? raw.virtualKey : undefined,
    memberId: isUserId(raw.member) ? raw.member : undefined,
    tool: bounded(raw.tool),
  };
}

export function writeFilter(filter: UsageFilter): FilterAddress {
  const { provider, model, keyId: key, virtualKeyId: virtualKey, memberId: member, tool } = filter;
  return pick({ provider, model, key, virtualKey, member, tool }, ...filterNames);
}

function bounded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.slice(0, TEXT_LENGTH_MAX);
}

/** The filter that leaves only the calls of one group, for a click on it; null where a group cannot be asked for. */
export function narrowTo(by: UsageGroup, id: string | null): UsageFilter | null {
  if (id === null) return null;
  switch (by) {
    case 'key':
      return isCredentialId(id) ? { keyId: id } : null;
    case 'virtualKey':
      return isVirtualKeyId(id) ? { virtualKeyId: id } : null;
    case 'member':
      return isUserId(id) ? { memberId: id } : null;
    case 'model':
      return { model: id };
    case 'provider':
      return { provider: id };
    case 'tool':
      return { tool: id };
  }
}

/** The chosen value of one kind of filter. */
export function chosenOf(filter: UsageFilter, by: UsageGroup): string | undefined {
  const values = {
    key: filter.keyId,
    virtualKey: filter.virtualKeyId,
    member: filter.memberId,
    model: filter.model,
    provider: filter.provider,
    tool: filter.tool,
  };
  return values[by];
}

export const emptyFilter: UsageFilter = {
  provider: undefined,
  model: undefined,
  keyId: undefined,
  virtualKeyId: undefined,
  memberId: undefined,
  tool: undefined,
};
