import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEnd } from './journal.ts';
import { type ReadPart, readBetween } from './read-journal.ts';
import { isSegmentOf, listSegments, recordsBefore } from './segment-names.ts';

const RETRY_MS = 250;

/** Reads the journal of this process while it is written. */
export interface Follower {
  /** Resolves when everything up to this end has been taken. Rejects once `signal` ends what cannot go on. */
  readonly reach: (end: JournalEnd) => Promise<void>;
  /** Runs between two pieces: `position` is exactly what has been taken, and nothing is taken meanwhile. */
  readonly pause: <Result>(work: (position: number) => Promise<Result>) => Promise<Result>;
  /** Records that were written and not taken yet, as far as it was told. */
  readonly behind: () => number;
}

interface Options {
  readonly instance: string;
  readonly beginning: JournalEnd;
  /** Takes what was read, all of it or, when it throws, as if nothing: then it comes again. */
  readonly take: (read: Pick<ReadPart, 'records' | 'malformed'>) => Promise<void>;
  readonly onTaken: (taken: { readonly position: number; readonly damagedBytes: number }) => void;
  readonly onFailing: (error: unknown) => void;
  /** After this, what fails is not tried again. */
  readonly signal: AbortSignal;
}

/**
 * Follows the journal from its beginning. Damage never holds it up: it goes by bytes and by the names of the segments, so
 * that a line more or less than was written does not move what follows.
 */
export function followJournal(options: Options): Follower {
  return new JournalFollower(options);
}

interface Waiting {
  readonly end: JournalEnd;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class JournalFollower implements Follower {
  readonly #options: Options;
  #place: JournalEnd;
  #target: JournalEnd;
  #damagedBytes = 0;
  #isRunning = false;
  #waiting: Waiting[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
    this.#place = options.beginning;
    this.#target = options.beginning;
  }

  readonly reach = async (end: JournalEnd): Promise<void> => {
    if (!isBefore(this.#place, end)) return;
    if (isBefore(this.#target, end)) this.#target = end;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ end, resolve, reject });
    if (!this.#isRunning) void this.#run();
    await promise;
  };

  readonly pause: Follower['pause'] = (work) => this.#inTurn(() => work(this.#place.position));

  readonly behind = (): number => Math.max(0, this.#target.position - this.#place.position);

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (isBefore(this.#place, this.#target)) await this.#tryStep();
    } catch (error) {
      for (const { reject } of this.#waiting) reject(error);
      this.#waiting = [];
    }
    this.#isRunning = false;
  }

  async #tryStep(): Promise<void> {
    const { signal, onFailing } = this.#options;
    try {
      await this.#inTurn(() => this.#step());
    } catch (error) {
      if (signal.aborted) throw error;
      onFailing(error);
      await delay(RETRY_MS, undefined, { signal });
    }
  }

  async #step(): Promise<void> {
    const place = this.#place;
    // Another target may come while this step waits.
    const target = this.#target;
    const isLast = place.segment === target.segment;
    const until = isLast ? target.bytes : Number.MAX_SAFE_INTEGER;
    const read = await readBetween(place.segment, place.bytes, until).catch(unlessGone);
    if (read === null || read.bytes === 0) {
      // Bytes up to the target or the end that hold no whole line are damage, and the next line begins behind them.
      if (isLast) this.#arrive(target, until - place.bytes);
      else this.#arrive(this.#nextSegment(), read?.restBytes ?? 0);
      return;
    }
    await this.#options.take(read);
    const bytes = place.bytes + read.bytes;
    const counted = Math.min(place.position + read.lines, target.position);
    const position = isLast && bytes === until ? target.position : counted;
    this.#arrive({ segment: place.segment, bytes, position }, read.damagedBytes);
  }

  #arrive(place: JournalEnd, damagedBytes: number): void {
    this.#place = place;
    this.#damagedBytes += damagedBytes;
    this.#options.onTaken({ position: place.position, damagedBytes: this.#damagedBytes });
    for (const { end, resolve } of this.#waiting) if (!isBefore(place, end)) resolve();
    this.#waiting = this.#waiting.filter(({ end }) => isBefore(place, end));
  }

  /** Segments of which everything was applied may have gone between two that are still needed. */
  #nextSegment(): JournalEnd {
    const { segment } = this.#place;
    const before = recordsBefore(segment);
    const next = listSegments(dirname(segment))
      .filter((file) => isSegmentOf(this.#options.instance, file))
      .find((file) => recordsBefore(file) > before);
    if (next === undefined) throw new Error(`no segment of the journal follows ${segment}`);
    return { segment: next, bytes: 0, position: recordsBefore(next) };
  }
}

function isBefore(a: JournalEnd, b: JournalEnd): boolean {
  return recordsBefore(a.segment) < recordsBefore(b.segment) || (a.segment === b.segment && a.bytes < b.bytes);
}

/** A segment that has gone was applied: its process removes no other. */
function unlessGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
