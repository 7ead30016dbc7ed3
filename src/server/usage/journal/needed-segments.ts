import { rmSync } from 'node:fs';
import type { OpenRecord } from '../usage-event.ts';

interface Segment {
  readonly file: string;
  /** Records before it. */
  readonly before: number;
  /** Calls whose beginning stands here and that have not ended. */
  open: number;
  /** The last record that has to be applied before the file may go. */
  position: number;
  /** The last record that has to be on the disk before the file may go: a beginning that was written again elsewhere. */
  copied: number;
}

interface Begun {
  readonly record: OpenRecord;
  readonly segment: Segment;
}

/** Which segments hold what is not in the database yet. The others go. */
export class NeededSegments {
  #old: Segment[] = [];
  #current: Segment | undefined;
  /** The calls under way, those whose beginning stands in the oldest segment first. */
  readonly #begun = new Map<string, Begun>();

  begin(file: string, before: number): void {
    if (this.#current !== undefined) this.#old.push(this.#current);
    this.#current = { file, before, open: 0, position: before, copied: 0 };
  }

  current(): Pick<Segment, 'file' | 'before'> {
    return this.#needCurrent();
  }

  oldest(): Pick<Segment, 'file' | 'before'> {
    return this.#old[0] ?? this.#needCurrent();
  }

  /** A record was written at this place. */
  noteWritten(position: number): void {
    const current = this.#needCurrent();
    current.position = Math.max(current.position, position);
  }

  /** A beginning was written at this place. One that stood elsewhere before is needed there no longer. */
  noteOpen(record: OpenRecord, position: number): void {
    const segment = this.#needCurrent();
    const known = this.#begun.get(record.id);
    if (known !== undefined) {
      known.segment.open -= 1;
      known.segment.copied = position;
      this.#begun.delete(record.id);
    }
    this.#begun.set(record.id, { record, segment });
    segment.open += 1;
  }

  noteSettle(id: string, position: number): void {
    const begun = this.#begun.get(id);
    if (begun === undefined) return;
    this.#begun.delete(id);
    begun.segment.open -= 1;
    begun.segment.position = Math.max(begun.segment.position, position);
  }

  isOpen(id: string): boolean {
    return this.#begun.has(id);
  }

  /** No segment may go before everything up to this place is applied. */
  keepUntil(position: number): void {
    for (const segment of [...this.#old, this.#needCurrent()]) segment.position = Math.max(segment.position, position);
  }

  /** The beginnings of calls that go on since before the last two segments, at most so many. */
  longOpen(countMax: number): OpenRecord[] {
    const recent = new Set([this.#current, this.#old.at(-1)]);
    const records: OpenRecord[] = [];
    for (const { record, segment } of this.#begun.values()) {
      if (records.length >= countMax || recent.has(segment)) break;
      records.push(record);
    }
    return records;
  }

  /** Removes the files of which everything is applied and nothing is under way. */
  removeDone(progress: { readonly applied: number; readonly synced: number }): void {
    this.#old = removeDone(this.#old, progress);
  }

  /** As `removeDone`, when nothing is written any more. */
  removeAllDone(progress: { readonly applied: number; readonly synced: number }): void {
    this.#old = removeDone([...this.#old, this.#needCurrent()], progress);
  }

  #needCurrent(): Segment {
    if (this.#current === undefined) throw new Error('no segment has begun');
    return this.#current;
  }
}

function removeDone(segments: Segment[], { applied, synced }: { applied: number; synced: number }): Segment[] {
  const isDone = ({ open, position, copied }: Segment): boolean =>
    open === 0 && position <= applied && copied <= synced;
  if (!segments.some(isDone)) return segments;
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
