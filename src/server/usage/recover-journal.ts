import { unlinkSync } from 'node:fs';
import { type EventRow, interruptedSettle, toEventRow } from './event-rows.ts';
import { listSegments, readSegment } from './journal/read-journal.ts';
import type { OpenRecord, SettleRecord } from './usage-event.ts';
import type { RecoveryReport } from './worker-messages.ts';

const BATCH = 500;

interface Input {
  readonly directory: string;
  /** Segments whose names begin so are of this process. */
  readonly instance: string;
  /** Writes events, once each; gives how many were new. Retries by itself. */
  readonly apply: (rows: readonly EventRow[]) => Promise<number>;
  readonly nowMs: number;
}

/**
 * Brings what earlier processes wrote into the database, and then removes their segments. Calls that had begun and not
 * ended become events of their own: estimated, and never silently free.
 */
export async function recoverJournal({ directory, instance, apply, nowMs }: Input): Promise<RecoveryReport> {
  const files = listSegments(directory).filter((file) => !file.includes(`/${instance}-`));
  const begun = new Map<string, OpenRecord>();
  // An end without its beginning is kept back: the beginning may stand in the segment of another name.
  const ended = new Map<string, SettleRecord>();
  const report = {
    atMs: nowMs,
    segments: files.length,
    records: 0,
    applied: 0,
    alreadyApplied: 0,
    interrupted: 0,
    damagedBytes: 0,
  };
  let batch: EventRow[] = [];
  const flush = async (): Promise<void> => {
    const applied = await apply(batch);
    report.applied += applied;
    report.alreadyApplied += batch.length - applied;
    batch = [];
  };
  const pair = async (open: OpenRecord, settle: SettleRecord): Promise<void> => {
    begun.delete(open.id);
    ended.delete(open.id);
    batch.push(toEventRow(open, settle));
    if (batch.length >= BATCH) await flush();
  };
  for (const file of files) {
    for await (const { records, damagedBytes } of readSegment(file)) {
      report.damagedBytes += damagedBytes;
      report.records += records.length;
      for (const record of records) {
        if (record.type === 'open') {
          const settle = ended.get(record.id);
          if (settle === undefined) begun.set(record.id, record);
          else await pair(record, settle);
        } else {
          const open = begun.get(record.id);
          if (open === undefined) ended.set(record.id, record);
          else await pair(open, record);
        }
      }
    }
  }
  report.interrupted = begun.size;
  for (const open of begun.values()) await pair(open, interruptedSettle(open));
  await flush();
  for (const file of files) unlinkSync(file);
  return report;
}
