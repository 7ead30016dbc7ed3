import {
  close,
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  open,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A segment that is being written. */
export interface SegmentFile {
  /** Writes a whole line after the last one, or throws what the file system throws and leaves nothing of it. */
  readonly append: (line: Buffer) => void;
  /** Asks the disk to keep what was written, and the file itself, off the calling thread. */
  readonly sync: (done: (error: Error | null) => void) => void;
  /** As `sync`, and waits for it. Throws what the file system throws. */
  readonly syncNow: () => void;
  readonly close: () => void;
}

export type OpenSegmentFile = (file: string) => SegmentFile;

/** Makes a new file, which survives a power cut once it was synced. Throws what the file system throws. */
export function openSegmentFile(file: string): SegmentFile {
  const fd = openSync(file, 'wx', 0o600);
  const directory = dirname(file);
  let bytes = 0;
  // A new file is there after a power cut only when its directory was synced, too. Not every system can do that.
  let isInDirectory = process.platform === 'win32';
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
    sync(done) {
      if (isInDirectory) {
        fdatasync(fd, done);
        return;
      }
      syncDirectory(directory, (error) => {
        if (error !== null) {
          done(error);
          return;
        }
        isInDirectory = true;
        fdatasync(fd, done);
      });
    },
    syncNow() {
      if (!isInDirectory) syncDirectoryNow(directory);
      isInDirectory = true;
      fdatasyncSync(fd);
    },
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

function syncDirectory(directory: string, done: (error: Error | null) => void): void {
  open(directory, 'r', (openError, fd) => {
    if (openError !== null) {
      done(openError);
      return;
    }
    fsync(fd, (error) => close(fd, (closeError) => done(error ?? closeError ?? null)));
  });
}

function syncDirectoryNow(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
