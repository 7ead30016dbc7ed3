import type { JournalRecord } from '../usage-event.ts';
import type { SegmentFile } from './segment-file.ts';

const SYNC_MS = 10;

interface Written {
  readonly file: SegmentFile;
  /** Written since the last sync began. */
  records: JournalRecord[];
  /** The place of the last of them. */
  position: number;
}

interface Options {
  /** More of what was written is on the disk. */
  readonly onSynced: () => void;
  /**
   * The disk may not have kept what is given, in the order in which it was written. Its files are closed: what their
   * pages in memory hold, no later sync writes (danluu.com/fsyncgate).
   */
  readonly onFailed: (records: readonly JournalRecord[]) => void;
}

/**
 * Has the disk keep what was written, off the thread that writes: one sync at a time, the oldest file first, so that what
 * is kept is always a beginning of what was written. What no sync has covered stays in memory until one has.
 */
export class FileSyncs {
  readonly #options: Options;
  /** The last one is being written, the others were left. */
  #files: Written[] = [];
  /** What the running sync covers. */
  #covered: readonly JournalRecord[] = [];
  #syncing: SegmentFile | null = null;
  #timer: NodeJS.Timeout | undefined;
  #synced = 0;
  #problem: string | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Another file is written from now on. The one before is closed when all of it is on the disk. */
  begin(file: SegmentFile): void {
    this.#files.push({ file, records: [], position: 0 });
    this.#run();
  }

  note(record: JournalRecord, position: number): void {
    const current = this.#files.at(-1);
    if (current === undefined) throw new Error('no file has begun');
    current.records.push(record);
    current.position = position;
    this.#timer ??= setTimeout(() => this.#run(), SYNC_MS);
  }

  /** Why nothing that was written can be trusted: from a failure until the next sync that succeeds. */
  problem(): string | null {
    return this.#problem;
  }

  /** Up to here everything is on the disk. */
  synced(): number {
    return this.#synced;
  }

  unsynced(): number {
    let count = this.#covered.length;
    for (const { records } of this.#files) count += records.length;
    return count;
  }

  /** Waits for the disk. Throws what the file system throws; trying again is no use then. */
  syncNow(): void {
    for (const written of this.#files) {
      if (written.records.length === 0 && written.file !== this.#syncing) continue;
      written.file.syncNow();
      written.records = [];
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closeFiles();
  }

  #closeFiles(): void {
    // The number of a file that is closed under its sync may be another file's when the sync comes to it.
    for (const { file } of this.#files) if (file !== this.#syncing) file.close();
    this.#files = [];
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#syncing !== null) return;
    while (this.#files.length > 1 && this.#files[0]?.records.length === 0) this.#files.shift()?.file.close();
    const [written] = this.#files;
    if (written === undefined || written.records.length === 0) return;
    const { file, records, position } = written;
    this.#syncing = file;
    this.#covered = records;
    written.records = [];
    file.sync((error) => this.#finish({ file, position, error }));
  }

  #finish({ file, position, error }: { file: SegmentFile; position: number; error: Error | null }): void {
    this.#syncing = null;
    if (!this.#files.some((written) => written.file === file)) {
      // It was closed meanwhile.
      file.close();
      return;
    }
    if (error !== null) {
      this.#fail(error);
      return;
    }
    this.#covered = [];
    this.#synced = position;
    this.#problem = null;
    if (this.#files.length > 1) this.#run();
    else if (this.#files[0]?.records.length !== 0) this.#timer ??= setTimeout(() => this.#run(), SYNC_MS);
    this.#options.onSynced();
  }

  #fail(error: Error): void {
    const records = [...this.#covered, ...this.#files.flatMap((written) => written.records)];
    this.#covered = [];
    this.#problem = error.message;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#closeFiles();
    this.#options.onFailed(records);
  }
}
