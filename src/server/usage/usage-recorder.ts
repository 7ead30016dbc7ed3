import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { assets } from '../assets.ts';
import { lockDataDirectory } from '../database/directory-lock.ts';
import type { DatabaseLocation } from '../database/open.ts';
import { LAST_WRITES_MS_MAX } from '../graceful-stop.ts';
import { AppError } from '../http-errors.ts';
import { EXIT_UNAVAILABLE, StartupError } from '../startup-error.ts';
import { type Journal, type JournalState, openJournal } from './journal/journal.ts';
import { isSegmentOf, listSegments } from './journal/segment-names.ts';
import { hasRejected, REJECTED_FILE } from './rejected-file.ts';
import type { OpenRecord, SettleRecord } from './usage-event.ts';
import type {
  FromWorker,
  RecoveryReport,
  ToWorker,
  UsageCommands,
  UsageQueries,
  WorkerData,
} from './worker-messages.ts';

export { JournalUnavailable } from './journal/journal.ts';

const RESTART_MS = 500;
/** A thread cannot end while it waits inside the database. */
const TERMINATE_MS_MAX = 1000;
/** How long a start waits for a database that fails. */
const RECOVERY_MS_MAX = 30_000;

type Input<Registry, Name extends keyof Registry> = Registry[Name] extends (handle: never, input: infer In) => unknown
  ? In
  : never;
type Output<Registry, Name extends keyof Registry> = Registry[Name] extends (
  ...parameters: never[]
) => Promise<infer Out>
  ? Out
  : never;

export interface UsageStatus {
  readonly pendingRecords: number;
  readonly lastAppliedAtMs: number | null;
  readonly lastError: string | null;
  readonly recovery: RecoveryReport;
}

/** Where calls are written down, and where their usage is asked for. */
export interface UsageRecorder {
  /** Before a call leaves. Throws JournalUnavailable: then it must not leave. */
  readonly open: (record: OpenRecord) => void;
  /** When it has ended. Never throws; its place among the records. */
  readonly settle: (record: SettleRecord) => number;
  /** A question about usage; what was settled before it is in the answer. Throws `unavailable` without a database. */
  readonly ask: <Name extends keyof UsageQueries>(
    name: Name,
    input: Input<UsageQueries, Name>,
  ) => Promise<Output<UsageQueries, Name>>;
  /** As `ask`, with the place in the journal up to which the answer counts. */
  readonly askWithPosition: <Name extends keyof UsageQueries>(
    name: Name,
    input: Input<UsageQueries, Name>,
  ) => Promise<{ readonly value: Output<UsageQueries, Name>; readonly position: number }>;
  /** A change of past usage, in one transaction. */
  readonly command: <Name extends keyof UsageCommands>(
    name: Name,
    input: Input<UsageCommands, Name>,
  ) => Promise<Output<UsageCommands, Name>>;
  readonly status: () => UsageStatus;
  /** Applies what is written as far as the database lets it, then ends the thread. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: { value: unknown; position: number }) => void;
  readonly reject: (error: Error) => void;
}

type Question = Extract<ToWorker, { number: number }>;

/** The process' end of the line to the thread behind the journal; a Worker is one. */
export interface UsageThread {
  postMessage(message: ToWorker): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  once(event: 'error', listener: (error: unknown) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
}

export interface UsageRecorderOptions {
  readonly config: DatabaseLocation;
  readonly log: Logger;
  /** A worker thread unless given. */
  readonly startThread?: (data: WorkerData) => UsageThread;
  /** How long the start waits for a database that fails, 30 s unless given. */
  readonly recoveryMsMax?: number;
  /** How long the end waits for the thread, 5 s unless given. */
  readonly closeMsMax?: number;
  /** How long a thread that is told to end at once may still take, 1 s unless given. */
  readonly terminateMsMax?: number;
}

/**
 * Opens the journal and the thread behind it. Resolves when everything that earlier processes left has been brought into
 * the database. The journal belongs to one process at a time, on PostgreSQL, too: another one would take its segments for
 * those of the dead. Throws StartupError `database_locked` then, `data_directory_unusable` when it cannot be made, and
 * `database_unreachable` when the database fails for too long to bring in what was left.
 */
export async function openUsageRecorder({ config, ...options }: UsageRecorderOptions): Promise<UsageRecorder> {
  const { databaseUrl, dataDirectory } = config;
  const directory = join(dataDirectory, 'journal');
  const instance = `${Date.now().toString(36)}-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = lockDataDirectory(directory);
    const recorder = new Recorder({ ...options, directory, instance, location: { databaseUrl, dataDirectory }, lock });
    await recorder.start();
    return recorder.face();
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError('data_directory_unusable', `The usage journal in ${directory} cannot be used: ${detail}`, {
      cause,
    });
  }
}

type Parts = Omit<WorkerData, 'beginning'> &
  Omit<UsageRecorderOptions, 'config'> & { readonly lock: { readonly release: () => void } };

class Recorder {
  readonly #parts: Parts;
  readonly #waiting = new Map<number, Waiting>();
  readonly #recovered = Promise.withResolvers<RecoveryReport>();
  readonly #ended = Promise.withResolvers<void>();
  #journal: Journal | undefined;
  /** Whether there was something to do for the thread already. */
  #isStarted = false;
  /** Undefined while there is none: before the first, and between the failure of one and the start of the next. */
  #thread: UsageThread | undefined;
  #recovery: RecoveryReport | undefined;
  #applied = 0;
  #appliedAtMs: number | null = null;
  #failing: string | null = null;
  #rejected = 0;
  #damagedBytes = 0;
  #asked = 0;
  #closing: Promise<void> | undefined;
  #recoveryTimer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { directory, instance, log, lock } = this.#parts;
    try {
      this.#journal = openJournal({ directory, instance, onWritten: () => this.#tellEnd() });
      // The thread costs time and memory: a server that serves no calls and is asked nothing never has it.
      const hasWork = listSegments(directory).some((file) => !isSegmentOf(instance, file));
      if (hasWork) this.#startThread();
      this.#recovery = hasWork ? await this.#recovered.promise : nothingRecovered(Date.now());
    } catch (error) {
      await this.#endThread();
      this.#journal?.close(0);
      lock.release();
      throw error;
    } finally {
      clearTimeout(this.#recoveryTimer);
    }
    const { segments, ...counts } = this.#recovery;
    if (segments > 0) log.info({ segments, ...counts }, 'read the usage journal of an earlier run');
  }

  face(): UsageRecorder {
    const journal = this.#needJournal();
    // The registries give the types; what crosses the thread is the same data.
    const face = {
      open: journal.open,
      settle: journal.settle,
      askWithPosition: (name: string, input: unknown) => this.#send('askExactly', name, input),
      ask: async (name: string, input: unknown) => (await this.#send('ask', name, input)).value,
      command: async (name: string, input: unknown) => (await this.#send('command', name, input)).value,
      status: () => this.#status(),
      close: () => {
        this.#closing ??= this.#close();
        return this.#closing;
      },
    };
    return face as UsageRecorder;
  }

  #startThread(): void {
    this.#isStarted = true;
    const { directory, instance, location, log, startThread = startWorker } = this.#parts;
    const thread = startThread({ directory, instance, location, beginning: this.#needJournal().beginning() });
    this.#thread = thread;
    thread.on('message', (message) => this.#receive(message));
    thread.once('error', (error) => {
      this.#failing = error instanceof Error ? error.message : String(error);
      log.error({ error }, 'the usage thread failed');
    });
    thread.once('exit', () => this.#noteExit());
  }

  /** Nothing is lost with the thread: a new one begins with the journal. */
  #noteExit(): void {
    this.#thread = undefined;
    for (const { reject } of this.#waiting.values()) reject(unavailable());
    this.#waiting.clear();
    if (this.#closing !== undefined) {
      this.#ended.resolve();
      return;
    }
    if (this.#recovery === undefined) {
      this.#recovered.reject(new Error(this.#failing ?? 'the usage thread did not start'));
      return;
    }
    setTimeout(() => {
      if (this.#closing !== undefined) return;
      this.#startThread();
      this.#tellEnd();
    }, RESTART_MS).unref();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'recovering':
        clearTimeout(this.#recoveryTimer);
        this.#recoveryTimer = undefined;
        this.#failing = null;
        return;
      case 'recovered':
        this.#recovered.resolve(message.report);
        return;
      case 'applied':
        this.#noteApplied(message);
        return;
      case 'failing':
        if (this.#failing !== message.message)
          this.#parts.log.error({ problem: message.message }, 'usage cannot be written');
        this.#failing = message.message;
        if (this.#recovery === undefined) this.#limitRecovery();
        return;
      case 'answer':
        this.#take(message.number)?.resolve({ value: message.value, position: message.position });
        return;
      case 'refusal':
        this.#take(message.number)?.reject(refusalOf(message.message));
        return;
      case 'closed':
        this.#ended.resolve();
        return;
    }
  }

  /** A start may take long where much is left, but not while the database takes nothing of it. */
  #limitRecovery(): void {
    const msMax = this.#parts.recoveryMsMax ?? RECOVERY_MS_MAX;
    this.#recoveryTimer ??= setTimeout(() => this.#recovered.reject(recoveryError(this.#failing, msMax)), msMax);
  }

  #noteApplied({ position, rejected, damagedBytes }: Extract<FromWorker, { type: 'applied' }>): void {
    if (damagedBytes > this.#damagedBytes)
      this.#parts.log.error({ damagedBytes }, 'the usage journal is damaged: what was there is lost');
    this.#rejected = rejected;
    this.#damagedBytes = damagedBytes;
    this.#failing = null;
    this.#appliedAtMs = Date.now();
    // A thread that was started again reads from the beginning.
    this.#applied = Math.max(this.#applied, position);
    this.#journal?.noteApplied(this.#applied);
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }

  #send(type: Question['type'], name: string, input: unknown): Promise<{ value: unknown; position: number }> {
    if (this.#closing !== undefined) return Promise.reject(unavailable());
    if (!this.#isStarted) this.#startThread();
    if (this.#thread === undefined) return Promise.reject(unavailable());
    this.#asked += 1;
    const number = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#post({ type, number, name, input, end: this.#needJournal().end() });
    });
  }

  #tellEnd(): void {
    if (!this.#isStarted) this.#startThread();
    this.#post({ type: 'written', end: this.#needJournal().end() });
  }

  #post(message: ToWorker): void {
    this.#thread?.postMessage(message);
  }

  #needJournal(): Journal {
    if (this.#journal === undefined) throw new Error('the journal is not open');
    return this.#journal;
  }

  #status(): UsageStatus {
    const journal = this.#needJournal();
    if (this.#recovery === undefined) throw new Error('the recorder has not started');
    return {
      pendingRecords: journal.end().position - this.#applied + journal.state().waiting,
      lastAppliedAtMs: this.#appliedAtMs,
      lastError: this.#lastError(journal.state()),
      recovery: this.#recovery,
    };
  }

  /** What goes wrong now, else what went wrong for good since the start. */
  #lastError({ lost, syncProblem }: JournalState): string | null {
    if (this.#failing !== null) return this.#failing;
    if (syncProblem !== null) return `the disk may not keep the usage journal: ${syncProblem}`;
    if (lost > 0) return `${lost} records were lost: the disk was full for too long`;
    if (this.#rejected > 0) return `${this.#rejected} calls could not be written: see journal/${REJECTED_FILE}`;
    if (this.#damagedBytes > 0) return `${this.#damagedBytes} bytes of the usage journal were damaged`;
    if (hasRejected(this.#parts.directory)) return `calls that could not be written stand in journal/${REJECTED_FILE}`;
    return null;
  }

  async #close(): Promise<void> {
    // First what must not be lost. The thread has what time is left, and the next start does what it leaves.
    const journal = this.#needJournal();
    journal.flush();
    if (!this.#isStarted && journal.end().position > 0) this.#startThread();
    this.#post({ type: 'close', end: journal.end() });
    if (this.#thread === undefined) this.#ended.resolve();
    const closeMsMax = this.#parts.closeMsMax ?? LAST_WRITES_MS_MAX - TERMINATE_MS_MAX;
    await within(closeMsMax, this.#ended.promise);
    await this.#endThread();
    try {
      journal.close(this.#applied);
    } finally {
      this.#parts.lock.release();
    }
  }

  async #endThread(): Promise<void> {
    const msMax = this.#parts.terminateMsMax ?? TERMINATE_MS_MAX;
    if (this.#thread !== undefined) await within(msMax, this.#thread.terminate());
  }
}

function startWorker(workerData: WorkerData): UsageThread {
  return new Worker(assets.usageWorker, { workerData });
}

/** Resolves when the work is done, and at the latest after so long. */
async function within(msMax: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, msMax);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}

function recoveryError(problem: string | null, msMax: number): StartupError {
  const message =
    `The database took nothing of the calls that an earlier run left in the usage journal for ${msMax / 1000} s: ` +
    `${problem ?? 'no reason was given'}. Nothing is lost; start again when the database works.`;
  return new StartupError('database_unreachable', message, { exitCode: EXIT_UNAVAILABLE });
}

function nothingRecovered(atMs: number): RecoveryReport {
  return { atMs, segments: 0, records: 0, applied: 0, alreadyApplied: 0, interrupted: 0, damagedBytes: 0 };
}

function unavailable(): AppError {
  return new AppError('unavailable', { retryAfterSeconds: 5 });
}

function refusalOf(message: string): Error {
  return message === 'unavailable' ? unavailable() : new Error(message);
}
