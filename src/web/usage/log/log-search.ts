import type { UsageEventId } from '../../../contract/ids.ts';
import { type Outcome, outcomes, priceStates, type UsageState, usageStates } from '../../../contract/vocabulary.ts';
import { pick } from '../../search-params.ts';
import type { Range } from '../range.ts';
import { isUsageEventId } from '../usage-ids.ts';
import {
  type FilterAddress,
  filterNames,
  type RangeAddress,
  rangeNames,
  readFilter,
  readRange,
  type UsageFilter,
  writeFilter,
  writeRange,
} from '../usage-search.ts';

export type OutcomeFilter = Outcome | 'failed';
export type PriceState = (typeof priceStates)[number];

/** What the address of the log says. */
export interface LogSearch {
  range: Range;
  filter: UsageFilter;
  outcome: OutcomeFilter | undefined;
  usageState: UsageState | undefined;
  priceState: PriceState | undefined;
  requestId: string | undefined;
  /** The call whose details are open. */
  event: UsageEventId | undefined;
}

export const logNames = [...rangeNames, ...filterNames, 'outcome', 'usage', 'price', 'request', 'event'] as const;
export type LogAddress = RangeAddress & FilterAddress & { [Name in (typeof logNames)[number]]?: string };

export const outcomeFilters = ['ok', 'failed', ...outcomes.filter((outcome) => outcome !== 'ok')] as const;
const REQUEST_ID_LENGTH_MAX = 64;

/** Reads an address that people may have edited; what is not understood is left out. */
export function readLogSearch(raw: LogAddress): LogSearch {
  return {
    range: readRange(raw),
    filter: readFilter(raw),
    outcome: outcomeFilters.find((outcome) => outcome === raw.outcome),
    usageState: usageStates.find((state) => state === raw.usage),
    priceState: priceStates.find((state) => state === raw.price),
    requestId: raw.request?.trim().slice(0, REQUEST_ID_LENGTH_MAX) || undefined,
    event: isUsageEventId(raw.event) ? raw.event : undefined,
  };
}

export function writeLogSearch(search: LogSearch): LogAddress {
  const { range, filter, outcome, usageState: usage, priceState: price, requestId: request, event } = search;
  return pick({ ...writeRange(range), ...writeFilter(filter), outcome, usage, price, request, event }, ...logNames);
}

/** Everything the list is narrowed by, without the open call. */
export const noLogFilters = {
  outcome: undefined,
  usageState: undefined,
  priceState: undefined,
  requestId: undefined,
} as const satisfies Partial<LogSearch>;
