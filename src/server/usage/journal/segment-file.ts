import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A segment that is being written. */
export interface SegmentFile {
  /** Writes a whole line after the last one, or throws what the file system throws and leaves nothing of it. */
  readonly append: (line: Buffer) => void;
  /** Asks the disk to keep what was written, off the calling thread. */
  readonly sync: (done: (error: Error | null) => void) => void;
  /** Asks the disk to keep what was written and waits for it. Throws what the file system throws. */
  readonly syncNow: () => void;
  readonly close: () => void;
}

export type OpenSegmentFile = (file: string) => SegmentFile;

/** Makes a new file that survives a power cut. Throws what the file system throws, and leaves no file then. */
export function openSegmentFile(file: string): SegmentFile {
  const fd = openSync(file, 'wx', 0o600);
  try {
    syncDirectory(dirname(file));
  } catch (error) {
    closeSync(fd);
    rmSync(file, { force: true });
    throw error;
  }
  let bytes = 0;
  return {
    append(line) {
      let written = 0;
      try {
        while (written < line.length) written += writeSync(fd, line, written, line.length - written, bytes + written);
      } catch (error) {
        if (written > 0) cutBack(fd, bytes);
        throw error;
      }
      bytes += line.length;
    },
    sync: (done) => fdatasync(fd, done),
    syncNow: () => fdatasyncSync(fd),
    close: () => closeSync(fd),
  };
}

/** Half a line would take the next one with it. Where it cannot be cut, the next line is written over it. */
function cutBack(fd: number, bytes: number): void {
  try {
    ftruncateSync(fd, bytes);
  } catch {
    // The error of the write is the one that is told.
  }
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
