import type { DatabaseHandle } from '../database/open.ts';
import { findResponseOwner } from './response-owner.store.ts';
import { readSpentSince } from './spent-since.store.ts';
import { readLog } from './usage-log.store.ts';
import { querySeries } from './usage-series.ts';
import { querySummary } from './usage-summary.ts';

type Query = (database: DatabaseHandle, input: never) => Promise<unknown>;

/** What may be asked of the worker; runs there on a connection that only reads. Inputs and answers are plain data. */
export const usageQueries = {
  spentSince: readSpentSince,
  responseOwner: findResponseOwner,
  summary: querySummary,
  series: querySeries,
  log: readLog,
} as const satisfies Record<string, Query>;
