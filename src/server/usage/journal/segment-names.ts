import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const DIGITS = 12;

/**
 * The name of a segment: the process that writes it, and how many records that process wrote before. So whoever has read
 * one segment finds the next one, and knows its place, even where segments between them have gone.
 */
export function segmentFile(directory: string, instance: string, recordsBefore: number): string {
  return join(directory, `${instance}-${String(recordsBefore).padStart(DIGITS, '0')}.journal`);
}

/** How many records its process wrote before a segment. */
export function recordsBefore(file: string): number {
  return Number(/-(\d+)\.journal$/.exec(file)?.[1] ?? 0);
}

/** Whether a segment is of the process of this name. */
export function isSegmentOf(instance: string, file: string): boolean {
  return basename(file).startsWith(`${instance}-`);
}

/** The segments in a directory, those of one process in the order in which they were written. */
export function listSegments(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.journal'));
  return names.sort().map((name) => join(directory, name));
}
