import { setTimeout as delay } from 'node:timers/promises';
import { isDataError } from '../database/data-error.ts';
import type { DatabaseBeside } from '../database/open-beside.ts';
import { applyEvents } from './apply-events.store.ts';
import { boundRow } from './bounded-row.ts';
import type { EventRow } from './event-rows.ts';
import { findKnownEvents } from './known-events.store.ts';
import type { Pace } from './pace-writes.ts';
import { appendRejected } from './rejected-file.ts';
import type { SettleRecord } from './usage-event.ts';

const ROWS_MAX = 500;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5000;

export interface EventWriter {
  /**
   * Writes events, once each, however often they come; gives how many were new. Tries again for as long as the database
   * fails, until `signal`. What is wrong with an event itself puts that one aside.
   */
  readonly write: (rows: readonly EventRow[]) => Promise<number>;
  /**
   * Puts aside what can be no event: ends of calls without their beginnings, but for those that are in the database
   * already, and lines that are no record.
   */
  readonly setAside: (found: {
    readonly orphans: readonly SettleRecord[];
    readonly malformed: readonly string[];
  }) => Promise<void>;
  /** How many were put aside. */
  readonly rejected: () => number;
}

interface Options {
  readonly database: Pick<DatabaseBeside, 'transaction'>;
  readonly directory: string;
  readonly onFailing: (error: unknown) => void;
  /** A server that stops does not wait for a database that is away: the journal keeps what is left. */
  readonly signal: AbortSignal;
  /** When each transaction runs; at once unless given. */
  readonly pace?: Pace;
  /** How long to wait before the first new attempt, 100 ms unless given; it doubles up to 5 s. */
  readonly retryMsMin?: number;
}

export function createEventWriter(options: Options): EventWriter {
  const { database, directory, onFailing, signal, pace = (work) => work(), retryMsMin = RETRY_MS_MIN } = options;
  let rejected = 0;

  /** Throws what is wrong with the data, and anything once `signal` says so. */
  const tryUntilDone = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (let waitMs = retryMsMin; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      try {
        return await pace(work);
      } catch (error) {
        onFailing(error);
        if (isDataError(error) || signal.aborted) throw error;
        await delay(waitMs, undefined, { signal });
      }
    }
  };

  const writeBatch = async (rows: readonly EventRow[]): Promise<number> => {
    try {
      return await tryUntilDone(() => database.transaction((transaction) => applyEvents(transaction, rows)));
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (rows.length > 1) return writeHalves(rows);
      const message = error instanceof Error ? error.message : String(error);
      return putAside(rows.map((row) => ({ message, row })));
    }
  };

  /** One event that the database refuses must not hold up the others. */
  const writeHalves = async (rows: readonly EventRow[]): Promise<number> => {
    const middle = Math.floor(rows.length / 2);
    return (await writeBatch(rows.slice(0, middle))) + (await writeBatch(rows.slice(middle)));
  };

  const putAside = (entries: readonly object[]): number => {
    appendRejected(directory, entries);
    rejected += entries.length;
    return 0;
  };

  return {
    async write(rows) {
      let written = 0;
      for (let start = 0; start < rows.length; start += ROWS_MAX) {
        written += await writeBatch(rows.slice(start, start + ROWS_MAX).map(boundRow));
      }
      return written;
    },
    async setAside({ orphans, malformed }) {
      for (let start = 0; start < orphans.length; start += ROWS_MAX) {
        const batch = orphans.slice(start, start + ROWS_MAX);
        const ids = batch.map(({ id }) => id);
        const known = await tryUntilDone(() =>
          database.transaction((transaction) => findKnownEvents(transaction, ids)),
        );
        const message = 'the beginning of this call is damaged or missing';
        const unknown = batch.filter(({ id }) => !known.has(id));
        if (unknown.length > 0) putAside(unknown.map((settle) => ({ message, settle })));
      }
      const message = 'this is no record of a call';
      if (malformed.length > 0) putAside(malformed.map((line) => ({ message, line })));
    },
    rejected: () => rejected,
  };
}
