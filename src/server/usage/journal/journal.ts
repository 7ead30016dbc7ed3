import { mkdirSync, rmSync } from 'node:fs';
import type { JournalRecord, OpenRecord, SettleRecord } from '../usage-event.ts';
import { encodeRecord } from './segment.ts';
import { type OpenSegmentFile, openSegmentFile, type SegmentFile } from './segment-file.ts';
import { segmentFile } from './segment-names.ts';

const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
const SYNC_MS = 10;
const RETRY_MS = 200;
/** What is written meanwhile goes into the database together. Questions do not wait for it. */
const TELL_MS = 200;
/** Settled calls that wait for room on the disk; each is about a kilobyte. */
const HELD_MAX = 100_000;
/** As many as are written in some milliseconds, so that calls are served in between. */
const HELD_AT_ONCE = 1000;

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
  /**
   * Writes what waits, syncs, closes, and removes the segments of which everything is applied up to this position. A
   * later start reads those that stay. What is told afterwards is refused or lost.
   */
  readonly close: (applied: number) => void;
}

export interface JournalState {
  /** Settled calls that could not be written yet. */
  readonly waiting: number;
  /** Settled calls that found no more room even in memory. */
  readonly lost: number;
  /** Why the disk may not keep what was written. */
  readonly syncProblem: string | null;
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
  /** 16 MB unless given. */
  readonly segmentBytesMax?: number;
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
    close: (applied) => writer.close(applied),
  };
}

class Writer {
  readonly #options: Options;
  readonly #beginnings = new Map<string, Segment>();
  /** Null once closed: the number of a closed file may soon be another file's. */
  #file: SegmentFile | null;
  #bytes = 0;
  #position = 0;
  #current: Segment;
  #old: Segment[] = [];
  #held: { id: string; line: Buffer }[] = [];
  #lost = 0;
  #syncProblem: string | null = null;
  #syncTimer: NodeJS.Timeout | undefined;
  #tellTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#current = this.#nextSegment();
    this.#file = this.#openFile(this.#current.file);
  }

  open(record: OpenRecord): void {
    // What has ended goes first: as long as that finds no room, nothing new begins.
    if (this.#held.length > 0) throw new JournalUnavailable('The usage journal cannot be written.');
    this.#write(encodeRecord(record));
    this.#beginnings.set(record.id, this.#current);
    this.#current.open += 1;
  }

  settle(record: SettleRecord): number {
    const line = tryEncode(record);
    if (line === null || this.#file === null) return this.#lose();
    try {
      if (this.#held.length > 0) throw new JournalUnavailable('Others wait already.');
      this.#settleNow(record.id, line);
      return this.#position;
    } catch {
      if (this.#held.length >= HELD_MAX) return this.#lose();
      this.#held.push({ id: record.id, line });
      this.#retryTimer ??= setTimeout(this.#retry, RETRY_MS);
      // Nothing but what waits is written before it.
      return this.#position + this.#held.length;
    }
  }

  end(): JournalEnd {
    return { segment: this.#current.file, bytes: this.#bytes, position: this.#position };
  }

  beginning(): JournalEnd {
    const { file, before } = this.#old[0] ?? this.#current;
    return { segment: file, bytes: 0, position: before };
  }

  state(): JournalState {
    return { waiting: this.#held.length, lost: this.#lost, syncProblem: this.#syncProblem };
  }

  noteApplied(applied: number): void {
    this.#old = removeDone(this.#old, applied);
  }

  close(applied: number): void {
    if (this.#file === null) return;
    this.#writeHeld(this.#held.length);
    for (const timer of [this.#syncTimer, this.#tellTimer, this.#retryTimer]) clearTimeout(timer);
    const last = this.#file;
    this.#file = null;
    this.#lost += this.#held.length;
    this.#held = [];
    try {
      last.syncNow();
    } finally {
      last.close();
      removeDone([...this.#old, this.#current], applied);
    }
  }

  #nextSegment(): Segment {
    const { directory, instance } = this.#options;
    const file = segmentFile(directory, instance, this.#position);
    return { file, before: this.#position, open: 0, position: this.#position };
  }

  #openFile(file: string): SegmentFile {
    return (this.#options.openFile ?? openSegmentFile)(file);
  }

  #write(line: Buffer): void {
    try {
      if (this.#file === null) throw new Error('it is closed');
      const bytesMax = this.#options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
      if (this.#bytes > 0 && this.#bytes + line.length > bytesMax) this.#rotate(this.#file);
      this.#file.append(line);
    } catch (cause) {
      throw new JournalUnavailable('The usage journal cannot be written.', { cause });
    }
    this.#bytes += line.length;
    this.#position += 1;
    this.#current.position = this.#position;
    this.#syncTimer ??= setTimeout(this.#sync, SYNC_MS);
    this.#tellTimer ??= setTimeout(this.#tell, TELL_MS);
  }

  /** Goes on in a new file; all of the old one is on the disk first. Throws with nothing changed. */
  #rotate(previous: SegmentFile): void {
    previous.syncNow();
    const next = this.#nextSegment();
    this.#file = this.#openFile(next.file);
    previous.close();
    this.#old.push(this.#current);
    this.#current = next;
    this.#bytes = 0;
  }

  #settleNow(id: string, line: Buffer): void {
    this.#write(line);
    const beginning = this.#beginnings.get(id);
    if (beginning === undefined) return;
    this.#beginnings.delete(id);
    beginning.open -= 1;
    beginning.position = Math.max(beginning.position, this.#position);
  }

  #lose(): number {
    this.#lost += 1;
    // Nothing that is ever asked about the database holds it.
    return Number.MAX_SAFE_INTEGER;
  }

  // One sync for everything of the last moments, off the thread that serves calls.
  readonly #sync = (): void => {
    this.#syncTimer = undefined;
    const file = this.#file;
    file?.sync((error) => {
      // A file that was left meanwhile was synced when it was left.
      if (file === this.#file) this.#syncProblem = error === null ? null : error.message;
    });
  };

  readonly #tell = (): void => {
    this.#tellTimer = undefined;
    this.#options.onWritten();
  };

  readonly #retry = (): void => {
    this.#retryTimer = undefined;
    const hasRoom = this.#writeHeld(HELD_AT_ONCE);
    if (this.#held.length > 0) this.#retryTimer = setTimeout(this.#retry, hasRoom ? 0 : RETRY_MS);
  };

  /** Writes the first of what waits; false when there was no room for all of them. */
  #writeHeld(count: number): boolean {
    let written = 0;
    try {
      for (const { id, line } of this.#held.slice(0, count)) {
        this.#settleNow(id, line);
        written += 1;
      }
      return true;
    } catch {
      return false;
    } finally {
      this.#held.splice(0, written);
    }
  }
}

/** What cannot be told as JSON must not keep others from being written. */
function tryEncode(record: JournalRecord): Buffer | null {
  try {
    return encodeRecord(record);
  } catch {
    return null;
  }
}

/** Removes the files of which everything is applied and nothing is under way; gives the others. */
function removeDone(segments: readonly Segment[], applied: number): Segment[] {
  const isDone = ({ open, position }: Segment): boolean => open === 0 && position <= applied;
  for (const { file } of segments.filter(isDone)) tryRemove(file);
  return segments.filter((segment) => !isDone(segment));
}

function tryRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next start reads it once more, which adds nothing, and removes it then.
  }
}
