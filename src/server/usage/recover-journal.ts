import { rmSync } from 'node:fs';
import { type EventRow, interruptedSettle, toEventRow } from './event-rows.ts';
import { readSegment } from './journal/read-journal.ts';
import { isSegmentOf, listSegments } from './journal/segment-names.ts';
import type { JournalRecord, OpenRecord, SettleRecord } from './usage-event.ts';
import type { RecoveryReport } from './worker-messages.ts';
import type { EventWriter } from './write-events.ts';

const BATCH = 500;

interface Input {
  readonly directory: string;
  /** The process whose segments are still being written. All others have ended. */
  readonly instance: string;
  /** Writes events, once each; gives how many were new. Retries by itself. */
  readonly write: (rows: readonly EventRow[]) => Promise<number>;
  /** Puts aside what can be no event, but for ends of calls that are in the database. */
  readonly setAside: EventWriter['setAside'];
  readonly nowMs: number;
}

/**
 * Brings what earlier processes wrote into the database, and then removes their segments. Calls that had begun and not
 * ended become events of their own: estimated, and never silently free. Doing it again, from the beginning or with
 * copies, adds nothing. Throws what reading the files throws.
 */
export async function recoverJournal({ directory, instance, write, setAside, nowMs }: Input): Promise<RecoveryReport> {
  const files = listSegments(directory).filter((file) => !isSegmentOf(instance, file));
  const begun = new Map<string, OpenRecord>();
  // An end without its beginning is kept back: the beginning may stand in the segment of another name.
  const ended = new Map<string, SettleRecord>();
  const counts = { records: 0, applied: 0, alreadyApplied: 0, interrupted: 0, damagedBytes: 0 };
  let batch: EventRow[] = [];
  const flush = async (): Promise<number> => {
    const applied = await write(batch);
    counts.applied += applied;
    counts.alreadyApplied += batch.length - applied;
    batch = [];
    return applied;
  };
  const take = (record: JournalRecord): void => {
    const open = record.type === 'open' ? record : begun.get(record.id);
    const settle = record.type === 'settle' ? record : ended.get(record.id);
    if (settle === undefined) {
      if (open !== undefined) begun.set(record.id, open);
      return;
    }
    if (open === undefined) {
      ended.set(record.id, settle);
      return;
    }
    begun.delete(record.id);
    ended.delete(record.id);
    batch.push(toEventRow(open, settle));
  };
  for (const file of files) {
    for await (const { records, malformed, damagedBytes } of readSegment(file)) {
      await setAside({ orphans: [], malformed });
      counts.damagedBytes += damagedBytes;
      counts.records += records.length;
      for (const record of records) {
        take(record);
        if (batch.length >= BATCH) await flush();
      }
    }
  }
  await flush();
  batch = [...begun.values()].map((open) => toEventRow(open, interruptedSettle(open)));
  counts.interrupted = await flush();
  await setAside({ orphans: [...ended.values()], malformed: [] });
  for (const file of files) rmSync(file, { force: true });
  return { atMs: nowMs, segments: files.length, ...counts };
}
