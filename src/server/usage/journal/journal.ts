import { mkdirSync } from 'node:fs';
import type { JournalRecord, OpenRecord, SettleRecord } from '../usage-event.ts';
import { NeededSegments } from './needed-segments.ts';
import { createEncoder } from './segment.ts';
import { type OpenSegmentFile, openSegmentFile, type SegmentFile } from './segment-file.ts';
import { segmentFile } from './segment-names.ts';
import { FileSyncs } from './sync-files.ts';

const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
const RETRY_MS = 200;
/** While every new file fails to sync, one is begun this often at last. */
const RETRY_MS_MAX = 5000;
/** What is written meanwhile goes into the database together. Questions do not wait for it. */
const TELL_MS = 500;
/** Settled calls that wait for room on the disk; each is about a kilobyte. */
const HELD_MAX = 100_000;
/** As many as are written in some milliseconds, so that calls are served in between. */
const HELD_AT_ONCE = 1000;
/** Records that no sync has covered are kept in memory; a disk that is so far behind keeps nothing. */
const UNSYNCED_MAX = 50_000;
/** Calls under way that are written down again when a segment begins: some milliseconds, a small part of a segment. */
const CARRIED_MAX = 1000;

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
  /**
   * Its place among the records, which it has or will have. Never throws: what cannot be written waits in memory and is
   * tried again.
   */
  readonly settle: (record: SettleRecord) => number;
  readonly end: () => JournalEnd;
  /** Where somebody begins who has read nothing yet: the oldest segment that is still there. */
  readonly beginning: () => JournalEnd;
  readonly state: () => JournalState;
  /** Everything up to this position is in the database: segments that are no longer needed go. */
  readonly noteApplied: (position: number) => void;
  /** Writes what waits and has the disk keep it, as far as it can. Waits for the disk. */
  readonly flush: () => void;
  /**
   * Flushes, closes, and removes the segments of which everything is applied up to this position. A later start reads
   * those that stay. What is told afterwards is refused or lost.
   */
  readonly close: (applied: number) => void;
}

export interface JournalState {
  /** Settled calls that could not be written yet. */
  readonly waiting: number;
  /** Settled calls that found no more room even in memory. */
  readonly lost: number;
  /** Why the disk may not keep what was written. No call begins until it does again. */
  readonly syncProblem: string | null;
}

interface Options {
  readonly directory: string;
  /** Names the segments of this process. */
  readonly instance: string;
  /** Told some time after records were written, at most a few times a second. */
  readonly onWritten: () => void;
  /** 16 MB unless given. */
  readonly segmentBytesMax?: number;
  /** 50,000 unless given. */
  readonly unsyncedMax?: number;
  readonly openFile?: OpenSegmentFile;
}

/** Makes the directory and the first segment. Throws what the file system throws. */
export function openJournal(options: Options): Journal {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const writer = new Writer(options);
  return {
    open: (record) => writer.open(record),
    settle: (record) => writer.settle(record),
    end: () => writer.end(),
    beginning: () => writer.beginning(),
    state: () => writer.state(),
    noteApplied: (position) => writer.noteApplied(position),
    flush: () => writer.flush(),
    close: (applied) => writer.close(applied),
  };
}

interface Held {
  readonly record: JournalRecord;
  /** It stands in a file that the disk may not have kept. */
  readonly isCopy: boolean;
}

class Writer {
  readonly #options: Options;
  readonly #encode = createEncoder();
  readonly #segments = new NeededSegments();
  readonly #syncs: FileSyncs;
  /** Null from a failed sync until another file has begun. */
  #file: SegmentFile | null = null;
  #isClosed = false;
  #bytes = 0;
  #position = 0;
  #applied = 0;
  /** What has been told and is not written, in its order. */
  #held: Held[] = [];
  #lost = 0;
  /** A segment has begun, and what is under way since long ago is not in it yet. */
  #isCarryDue = false;
  #closeProblem: string | null = null;
  #failures = 0;
  #tellTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#syncs = new FileSyncs({
      onSynced: () => this.#noteSynced(),
      onFailed: (records) => this.#noteSyncFailed(records),
    });
    this.#beginSegment();
  }

  open(record: OpenRecord): void {
    const problem = this.#problem();
    if (problem !== null) throw new JournalUnavailable(`The usage journal cannot be written: ${problem}.`);
    try {
      this.#segments.noteOpen(record, this.#write(record, this.#encode(record)));
      this.#carryOver();
    } catch (cause) {
      throw new JournalUnavailable('The usage journal cannot be written.', { cause });
    }
  }

  settle(record: SettleRecord): number {
    const line = this.#tryEncode(record);
    if (line === null || this.#isClosed) return this.#lose();
    try {
      if (this.#held.length > 0) throw new JournalUnavailable('Others wait already.');
      const position = this.#write(record, line);
      this.#segments.noteSettle(record.id, position);
      this.#carryOver();
      return position;
    } catch {
      if (this.#held.length >= HELD_MAX) return this.#lose();
      this.#held.push({ record, isCopy: false });
      this.#retryLater();
      // Nothing but what waits is written before it.
      return this.#position + this.#held.length;
    }
  }

  end(): JournalEnd {
    return { segment: this.#segments.current().file, bytes: this.#bytes, position: this.#position };
  }

  beginning(): JournalEnd {
    const { file, before } = this.#segments.oldest();
    return { segment: file, bytes: 0, position: before };
  }

  state(): JournalState {
    const waiting = this.#held.length;
    return { waiting, lost: this.#lost, syncProblem: this.#syncs.problem() ?? this.#closeProblem };
  }

  noteApplied(applied: number): void {
    this.#applied = Math.max(this.#applied, applied);
    this.#removeDone();
  }

  flush(): void {
    if (this.#isClosed) return;
    this.#writeHeld(this.#held.length);
    try {
      this.#syncs.syncNow();
    } catch (error) {
      this.#closeProblem = error instanceof Error ? error.message : String(error);
    }
  }

  close(applied: number): void {
    if (this.#isClosed) return;
    this.flush();
    this.#isClosed = true;
    for (const timer of [this.#tellTimer, this.#retryTimer]) clearTimeout(timer);
    this.#lost += this.#held.filter(({ isCopy }) => !isCopy).length;
    this.#held = [];
    this.#syncs.close();
    this.#file = null;
    const isKept = this.#closeProblem === null && this.#syncs.problem() === null;
    this.#segments.removeAllDone({ applied, synced: isKept ? this.#position : this.#syncs.synced() });
  }

  /** Why no call may begin. What has ended goes first: as long as that finds no room, nothing new begins. */
  #problem(): string | null {
    if (this.#isClosed) return 'it is closed';
    const syncProblem = this.#syncs.problem();
    if (syncProblem !== null) return `the disk failed to keep it (${syncProblem})`;
    if (this.#held.length > 0) return 'calls that ended wait to be written';
    const unsyncedMax = this.#options.unsyncedMax ?? UNSYNCED_MAX;
    return this.#syncs.unsynced() >= unsyncedMax ? 'the disk is too slow' : null;
  }

  /** What cannot be told as JSON must not keep others from being written. */
  #tryEncode(record: JournalRecord): Buffer | null {
    try {
      return this.#encode(record);
    } catch {
      return null;
    }
  }

  /** Gives the place of the record. Throws with nothing written. */
  #write(record: JournalRecord, line: Buffer): number {
    const bytesMax = this.#options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
    if (this.#bytes > 0 && this.#bytes + line.length > bytesMax) this.#beginSegment();
    this.#append(record, line);
    return this.#position;
  }

  #append(record: JournalRecord, line: Buffer): void {
    if (this.#file === null) throw new Error('no file is open');
    this.#file.append(line);
    this.#bytes += line.length;
    this.#position += 1;
    this.#segments.noteWritten(this.#position);
    this.#syncs.note(record, this.#position);
    this.#tellTimer ??= setTimeout(this.#tell, TELL_MS);
  }

  /** Goes on in a new file. Throws with nothing changed. */
  #beginSegment(): void {
    const { directory, instance, openFile = openSegmentFile } = this.#options;
    const name = segmentFile(directory, instance, this.#position);
    const file = openFile(name);
    this.#file = file;
    this.#bytes = 0;
    this.#segments.begin(name, this.#position);
    this.#syncs.begin(file);
    this.#isCarryDue = true;
  }

  /** A call of an hour would keep the segment that it began in: its beginning is written down again. */
  #carryOver(): void {
    if (!this.#isCarryDue) return;
    this.#isCarryDue = false;
    try {
      for (const record of this.#segments.longOpen(CARRIED_MAX)) {
        this.#append(record, this.#encode(record));
        this.#segments.noteOpen(record, this.#position);
      }
    } catch {
      // There is no room now. It stands where it stood, and the next segment tries again.
    }
  }

  #lose(): number {
    this.#lost += 1;
    // Nothing that is ever asked about the database holds it.
    return Number.MAX_SAFE_INTEGER;
  }

  readonly #tell = (): void => {
    this.#tellTimer = undefined;
    this.#options.onWritten();
  };

  #noteSynced(): void {
    this.#failures = 0;
    this.#removeDone();
  }

  #noteSyncFailed(records: readonly JournalRecord[]): void {
    this.#file = null;
    this.#failures += 1;
    this.#held = [...this.#held, ...records.map((record) => ({ record, isCopy: true }))];
    this.#segments.keepUntil(this.#position + this.#held.length);
    this.#retryLater();
  }

  #removeDone(): void {
    this.#segments.removeDone({ applied: this.#applied, synced: this.#syncs.synced() });
  }

  #retryLater(): void {
    const waitMs = Math.min(RETRY_MS * 2 ** Math.max(0, this.#failures - 1), RETRY_MS_MAX);
    this.#retryTimer ??= setTimeout(this.#retry, waitMs);
  }

  readonly #retry = (): void => {
    this.#retryTimer = undefined;
    const hasRoom = this.#writeHeld(HELD_AT_ONCE);
    if (this.#held.length === 0) return;
    if (hasRoom) this.#retryTimer = setTimeout(this.#retry, 0);
    else this.#retryLater();
  };

  /** Writes the first of what waits; false when there was no room for all of them. */
  #writeHeld(count: number): boolean {
    if (this.#held.length === 0) return true;
    let written = 0;
    try {
      if (this.#file === null) this.#beginSegment();
      for (const { record } of this.#held.slice(0, count)) {
        this.#noteHeld(record, this.#write(record, this.#encode(record)));
        written += 1;
      }
      // Nothing else may take the places of those that still wait.
      if (written === this.#held.length) this.#carryOver();
      return true;
    } catch {
      return false;
    } finally {
      this.#held.splice(0, written);
    }
  }

  #noteHeld(record: JournalRecord, position: number): void {
    if (record.type === 'settle') this.#segments.noteSettle(record.id, position);
    else if (this.#segments.isOpen(record.id)) this.#segments.noteOpen(record, position);
  }
}
