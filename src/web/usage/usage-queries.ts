import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { read } from '../api.ts';
import { intervalOf, inWords, type Span } from './range.ts';
import type { UsageFilter } from './usage-search.ts';

export type UsageSummary = OperationReply<Operations['GET /api/usage/summary']>;
export type UsageTotals = UsageSummary['totals'];
export type UsageRow = UsageSummary['rows'][number];
export type UsageSeries = OperationReply<Operations['GET /api/usage/series']>;
export type UsagePoint = UsageSeries['points'][number];

/** How often a page that stays open asks again. */
const REFRESH_MS = 30_000;

interface Question {
  span: Span;
  filter?: UsageFilter;
  by?: UsageGroup;
  isEnabled?: boolean;
}

/** Totals and, with `by`, one row per group. */
export function useUsageSummary({ span, filter = {}, by, isEnabled = true }: Question) {
  return useQuery({
    ...read('GET /api/usage/summary', { query: { ...inWords(span), ...filter, groupBy: by } }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    enabled: isEnabled,
  });
}

/** The same figures over time, by the hour or by the day of the person's time zone. */
export function useUsageSeries({ span, filter = {}, by, isEnabled = true }: Question) {
  return useQuery({
    ...read('GET /api/usage/series', {
      query: {
        ...inWords(span),
        ...filter,
        interval: intervalOf(span),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        groupBy: by,
      },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    enabled: isEnabled,
  });
}

export function useUsageStatus() {
  return useQuery({ ...read('GET /api/usage/status'), refetchInterval: REFRESH_MS });
}
