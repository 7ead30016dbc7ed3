import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { OpenRecord, SettleRecord } from '../usage-event.ts';
import { encodeRecord } from './segment.ts';

const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
const SYNC_MS = 10;
const RETRY_MS = 200;
/** What is written meanwhile goes into the database together. Questions do not wait for it. */
const TELL_MS = 200;
/** Settled calls that wait for room on the disk; each is about a kilobyte. */
const HELD_MAX = 100_000;

/** Nothing can be written down now, so nothing may be done that would have to be. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}

/** How far the journal has come. */
export interface JournalEnd {
  readonly segment: string;
  /** Bytes of that segment. */
  readonly bytes: number;
  /** Records since the process began. */
  readonly position: number;
}

export interface Journal {
  /** Throws JournalUnavailable; then nothing was written. */
  readonly open: (record: OpenRecord) => void;
  /** Its place among the records. Never throws: what cannot be written waits in memory and is tried again. */
  readonly settle: (record: SettleRecord) => number;
  readonly end: () => JournalEnd;
  /** Where somebody begins who has read nothing yet: the oldest segment that is still there. */
  readonly beginning: () => JournalEnd;
  /** Settled calls that could not be written yet, and those that found no more room even in memory. */
  readonly held: () => { readonly waiting: number; readonly lost: number };
  /** Everything up to this position is in the database: segments that are no longer needed go. */
  readonly noteApplied: (position: number) => void;
  /** The database has everything and nothing will be written any more: no segment is needed. */
  readonly noteAllApplied: () => void;
  /** Writes what waits, syncs and closes. The segments stay; a later start reads what was not applied. */
  readonly close: () => void;
}

interface Segment {
  readonly file: string;
  /** Records before it. */
  readonly before: number;
  /** Calls that began here and have not ended. */
  open: number;
  /** The last record that has to be applied before the file may go. */
  position: number;
}

interface Options {
  readonly directory: string;
  /** Names the segments of this process. */
  readonly instance: string;
  /** Told some time after records were written, at most a few times a second. */
  readonly onWritten: () => void;
}

/** Makes the directory and the first segment. Throws what the file system throws. */
export function openJournal({ directory, instance, onWritten }: Options): Journal {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let number = 0;
  let fd = -1;
  let bytes = 0;
  let position = 0;
  let isDirty = false;
  let isTold = true;
  let current: Segment = { file: '', before: 0, open: 0, position: 0 };
  let old: Segment[] = [];
  const beginnings = new Map<string, Segment>();
  let held: SettleRecord[] = [];
  let lost = 0;
  let syncTimer: NodeJS.Timeout | undefined;
  let tellTimer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;

  const begin = (): void => {
    number += 1;
    const file = join(directory, `${instance}-${String(number).padStart(6, '0')}.journal`);
    const next = openSync(file, 'ax', 0o600);
    syncDirectory(directory);
    if (fd >= 0) {
      fdatasyncSync(fd);
      closeSync(fd);
      old.push(current);
    }
    fd = next;
    bytes = 0;
    current = { file, before: position, open: 0, position };
  };

  const write = (line: Buffer): void => {
    if (bytes > 0 && bytes + line.length > SEGMENT_BYTES_MAX) begin();
    let written = 0;
    try {
      while (written < line.length) written += writeSync(fd, line, written, line.length - written, bytes + written);
    } catch (cause) {
      // Half a line would take the next one with it.
      if (written > 0) ftruncateSync(fd, bytes);
      throw new JournalUnavailable('The usage journal cannot be written.', { cause });
    }
    bytes += line.length;
    position += 1;
    current.position = position;
    noteDirty();
  };

  const noteDirty = (): void => {
    if (!isDirty) {
      isDirty = true;
      syncTimer = setTimeout(sync, SYNC_MS);
    }
    if (isTold) {
      isTold = false;
      tellTimer = setTimeout(() => {
        isTold = true;
        onWritten();
      }, TELL_MS);
    }
  };

  // One sync for everything of the last moments, off the thread that serves calls.
  const sync = (): void => {
    isDirty = false;
    fdatasync(fd, () => undefined);
  };

  const settleNow = (record: SettleRecord): void => {
    write(encodeRecord(record));
    const beginning = beginnings.get(record.id);
    if (beginning === undefined) return;
    beginnings.delete(record.id);
    beginning.open -= 1;
    beginning.position = Math.max(beginning.position, position);
  };

  const retry = (): void => {
    retryTimer = undefined;
    while (held.length > 0) {
      const [record] = held;
      try {
        if (record !== undefined) settleNow(record);
      } catch {
        retryTimer = setTimeout(retry, RETRY_MS);
        return;
      }
      held.shift();
    }
  };

  begin();
  return {
    open(record) {
      // What has ended goes first: as long as that finds no room, nothing new begins.
      if (held.length > 0) throw new JournalUnavailable('The usage journal cannot be written.');
      write(encodeRecord(record));
      beginnings.set(record.id, current);
      current.open += 1;
    },
    settle(record) {
      try {
        if (held.length > 0) throw new JournalUnavailable('Others wait already.');
        settleNow(record);
      } catch {
        if (held.length < HELD_MAX) held.push(record);
        else lost += 1;
        retryTimer ??= setTimeout(retry, RETRY_MS);
      }
      return position;
    },
    end: () => ({ segment: current.file, bytes, position }),
    beginning() {
      const { file, before } = old[0] ?? current;
      return { segment: file, bytes: 0, position: before };
    },
    held: () => ({ waiting: held.length, lost }),
    noteApplied(applied) {
      const isDone = (segment: Segment): boolean => segment.open === 0 && segment.position <= applied;
      for (const { file } of old.filter(isDone)) unlinkSync(file);
      old = old.filter((segment) => !isDone(segment));
    },
    noteAllApplied() {
      if (held.length > 0 || current.open > 0) return;
      for (const { file } of [...old, current]) rmSync(file, { force: true });
      old = [];
    },
    close() {
      clearTimeout(syncTimer);
      clearTimeout(tellTimer);
      clearTimeout(retryTimer);
      try {
        retry();
        fdatasyncSync(fd);
      } finally {
        clearTimeout(retryTimer);
        closeSync(fd);
        held = [];
      }
    },
  };
}

/** A new file is there after a power cut only when its directory was synced, too. Not every system can do that. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
