import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { assets } from '../assets.ts';
import type { DatabaseLocation } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { StartupError } from '../startup-error.ts';
import { type Journal, openJournal } from './journal/journal.ts';
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

const CLOSE_MS_MAX = 10_000;
const RESTART_MS = 500;

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

type Options = { readonly config: DatabaseLocation; readonly log: Logger };

/**
 * Opens the journal and the thread behind it. Resolves when everything that earlier processes left has been brought into
 * the database. Throws StartupError `data_directory_unusable` when the journal cannot be made.
 */
export async function openUsageRecorder({ config, log }: Options): Promise<UsageRecorder> {
  const directory = join(config.dataDirectory, 'journal');
  const instance = `${Date.now().toString(36)}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const recorder = new Recorder({ directory, instance, location: pickLocation(config), log });
  try {
    await recorder.start();
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError('data_directory_unusable', `The usage journal in ${directory} cannot be used: ${detail}`, {
      cause,
    });
  }
  return recorder.face();
}

const pickLocation = ({ databaseUrl, dataDirectory }: DatabaseLocation): DatabaseLocation => ({
  databaseUrl,
  dataDirectory,
});

class Recorder {
  readonly #data: Omit<WorkerData, 'beginning'>;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  readonly #recovered = Promise.withResolvers<RecoveryReport>();
  readonly #closed = Promise.withResolvers<void>();
  #journal: Journal | undefined;
  #worker: Worker | undefined;
  #recovery: RecoveryReport | undefined;
  #applied = 0;
  #appliedAtMs: number | null = null;
  #lastError: string | null = null;
  #asked = 0;
  #isClosing = false;

  constructor({ log, ...data }: Omit<WorkerData, 'beginning'> & { log: Logger }) {
    this.#data = data;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { directory, instance } = this.#data;
    this.#journal = openJournal({
      directory,
      instance,
      onWritten: () => this.#post({ type: 'written', end: this.#end() }),
    });
    this.#startWorker();
    this.#recovery = await this.#recovered.promise;
    const { segments, ...counts } = this.#recovery;
    if (segments > 0) this.#log.info({ segments, ...counts }, 'read the usage journal of an earlier run');
  }

  face(): UsageRecorder {
    const journal = this.#needJournal();
    // The registries give the types; what crosses the thread is the same data.
    const face = {
      open: journal.open,
      settle: journal.settle,
      askWithPosition: (name: string, input: unknown) => this.#send('ask', name, input),
      ask: async (name: string, input: unknown) => (await this.#send('ask', name, input)).value,
      command: async (name: string, input: unknown) => (await this.#send('command', name, input)).value,
      status: () => this.#status(),
      close: () => this.#close(),
    };
    return face as UsageRecorder;
  }

  #startWorker(): void {
    const workerData: WorkerData = { ...this.#data, beginning: this.#needJournal().beginning() };
    const worker = new Worker(assets.usageWorker, { workerData });
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.once('error', (error: unknown) => {
      this.#lastError = error instanceof Error ? error.message : String(error);
      this.#log.error({ error }, 'the usage thread failed');
    });
    worker.once('exit', () => this.#noteExit());
  }

  /** Nothing is lost with the thread: a new one begins with the journal. */
  #noteExit(): void {
    for (const { reject } of this.#waiting.values()) reject(new AppError('unavailable'));
    this.#waiting.clear();
    if (this.#isClosing) {
      this.#closed.resolve();
      return;
    }
    if (this.#recovery === undefined) {
      this.#recovered.reject(new Error(this.#lastError ?? 'the usage thread did not start'));
      return;
    }
    setTimeout(() => {
      if (this.#isClosing) return;
      this.#startWorker();
      this.#post({ type: 'written', end: this.#end() });
    }, RESTART_MS).unref();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'recovered':
        this.#recovered.resolve(message.report);
        return;
      case 'applied':
        this.#applied = message.position;
        this.#appliedAtMs = Date.now();
        if (message.rejected === 0) this.#lastError = null;
        this.#journal?.noteApplied(message.position);
        return;
      case 'failing':
        if (this.#lastError !== message.message)
          this.#log.error({ problem: message.message }, 'usage cannot be written');
        this.#lastError = message.message;
        return;
      case 'answer':
        this.#take(message.number)?.resolve({ value: message.value, position: message.position });
        return;
      case 'refusal':
        this.#take(message.number)?.reject(refusalOf(message.message));
        return;
      case 'closed':
        this.#closed.resolve();
        return;
    }
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }

  #send(type: 'ask' | 'command', name: string, input: unknown): Promise<{ value: unknown; position: number }> {
    if (this.#isClosing) return Promise.reject(new AppError('unavailable'));
    this.#asked += 1;
    const number = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#post({ type, number, name, input, end: this.#end() });
    });
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #end() {
    return this.#needJournal().end();
  }

  #needJournal(): Journal {
    if (this.#journal === undefined) throw new Error('the journal is not open');
    return this.#journal;
  }

  #status(): UsageStatus {
    const journal = this.#needJournal();
    const { waiting, lost } = journal.held();
    if (this.#recovery === undefined) throw new Error('the recorder has not started');
    return {
      pendingRecords: journal.end().position - this.#applied + waiting,
      lastAppliedAtMs: this.#appliedAtMs,
      lastError: lost > 0 ? `${lost} records were lost: the disk was full for too long` : this.#lastError,
      recovery: this.#recovery,
    };
  }

  async #close(): Promise<void> {
    if (this.#isClosing) return this.#closed.promise;
    this.#isClosing = true;
    this.#post({ type: 'close', end: this.#end() });
    const timer = setTimeout(() => this.#closed.resolve(), CLOSE_MS_MAX);
    await this.#closed.promise;
    clearTimeout(timer);
    await this.#worker?.terminate();
    const { position } = this.#end();
    if (this.#applied >= position) this.#journal?.noteAllApplied();
    this.#journal?.close();
  }
}

function refusalOf(message: string): Error {
  return message === 'unavailable' ? new AppError('unavailable', { retryAfterSeconds: 5 }) : new Error(message);
}
