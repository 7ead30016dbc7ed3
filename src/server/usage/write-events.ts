import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDataError } from '../database/data-error.ts';
import type { DatabaseBeside } from '../database/open-beside.ts';
import { applyEvents } from './apply-events.store.ts';
import type { EventRow } from './event-rows.ts';

const ROWS_MAX = 500;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5000;

/** What the database refused for good, a line of JSON each, beside the journal. */
export const REJECTED_FILE = 'rejected.jsonl';

export interface EventWriter {
  /**
   * Writes events, once each, however often they come; gives how many were new. Tries again for as long as the database
   * fails, until `signal`. What is wrong with an event itself puts that one aside.
   */
  readonly write: (rows: readonly EventRow[]) => Promise<number>;
  /** How many were put aside. */
  readonly rejected: () => number;
}

interface Options {
  readonly database: Pick<DatabaseBeside, 'transaction'>;
  readonly directory: string;
  readonly onFailing: (error: unknown) => void;
  /** A server that stops does not wait for a database that is away: the journal keeps what is left. */
  readonly signal: AbortSignal;
}

export function createEventWriter({ database, directory, onFailing, signal }: Options): EventWriter {
  let rejected = 0;

  const writeBatch = async (rows: readonly EventRow[]): Promise<number> => {
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      try {
        return await database.transaction((transaction) => applyEvents(transaction, rows));
      } catch (error) {
        onFailing(error);
        if (isDataError(error)) return rows.length > 1 ? writeHalves(rows) : putAside(rows, error);
        if (signal.aborted) throw error;
        await delay(waitMs, undefined, { signal });
      }
    }
  };

  /** One event that the database refuses must not hold up the others. */
  const writeHalves = async (rows: readonly EventRow[]): Promise<number> => {
    const middle = Math.floor(rows.length / 2);
    return (await writeBatch(rows.slice(0, middle))) + (await writeBatch(rows.slice(middle)));
  };

  const putAside = (rows: readonly EventRow[], error: unknown): number => {
    const message = error instanceof Error ? error.message : String(error);
    const lines = rows.map((row) => `${JSON.stringify({ message, row })}\n`);
    appendFileSync(join(directory, REJECTED_FILE), lines.join(''), { mode: 0o600 });
    rejected += rows.length;
    return 0;
  };

  return {
    async write(rows) {
      let written = 0;
      for (let start = 0; start < rows.length; start += ROWS_MAX) {
        written += await writeBatch(rows.slice(start, start + ROWS_MAX));
      }
      return written;
    },
    rejected: () => rejected,
  };
}
