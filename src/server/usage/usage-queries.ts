import type { DatabaseHandle } from '../database/open.ts';
import { queryInstanceCounts, queryInstanceUsage } from './instance-usage.store.ts';
import { queryCsv, queryEvent, queryEvents } from './query-events.ts';
import { querySeries } from './query-series.ts';
import { querySummary } from './query-summary.ts';
import { findResponseOwner } from './response-owner.store.ts';
import { readSpentSince } from './spent-since.store.ts';

type Query = (database: DatabaseHandle, input: never) => Promise<unknown>;

/** What may be asked of the worker; runs there on a connection that only reads. Inputs and answers are plain data. */
export const usageQueries = {
  spentSince: readSpentSince,
  responseOwner: findResponseOwner,
  summary: querySummary,
  series: querySeries,
  events: queryEvents,
  event: queryEvent,
  csv: queryCsv,
  instanceUsage: queryInstanceUsage,
  instanceCounts: queryInstanceCounts,
} as const satisfies Record<string, Query>;
