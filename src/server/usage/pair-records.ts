import { type EventRow, toEventRow } from './event-rows.ts';
import type { JournalRecord, OpenRecord, SettleRecord } from './usage-event.ts';

/** What records make when they are put together. */
export interface Pairs {
  readonly rows: readonly EventRow[];
  /** Ends whose beginnings were not read: they were applied before, or are damaged. */
  readonly orphans: readonly SettleRecord[];
}

/** Makes events of the records of one process as they are read, in the order in which they were written. */
export interface RecordPairs {
  /** The events that end in these records. They may come again until `confirm`. */
  readonly pair: (records: readonly JournalRecord[]) => Pairs;
  /** The events of the last `pair` are written: their beginnings are needed no longer. */
  readonly confirm: () => void;
  /** Calls that have begun and not ended. */
  readonly size: () => number;
}

export function createRecordPairs(): RecordPairs {
  const begun = new Map<string, OpenRecord>();
  let paired: string[] = [];
  return {
    pair(records) {
      paired = [];
      const rows: EventRow[] = [];
      const orphans: SettleRecord[] = [];
      for (const record of records) {
        if (record.type === 'open') {
          begun.set(record.id, record);
          continue;
        }
        const open = begun.get(record.id);
        if (open === undefined) {
          orphans.push(record);
          continue;
        }
        rows.push(toEventRow(open, record));
        paired.push(record.id);
      }
      return { rows, orphans };
    },
    confirm() {
      for (const id of paired) begun.delete(id);
      paired = [];
    },
    size: () => begun.size,
  };
}
