import { setTimeout as delay } from 'node:timers/promises';
import { openDatabaseBeside } from '../database/open-beside.ts';
import { isDatabaseUnavailable } from '../database/unavailable.ts';
import { followJournal } from './journal/follow-journal.ts';
import type { JournalEnd } from './journal/journal.ts';
import { createPace } from './pace-writes.ts';
import { createRecordPairs } from './pair-records.ts';
import { recoverJournal } from './recover-journal.ts';
import { usageCommands } from './usage-commands.ts';
import { usageQueries } from './usage-queries.ts';
import type { FromWorker, ToWorker, WorkerData } from './worker-messages.ts';
import { createEventWriter } from './write-events.ts';

/** How long a question waits for what was written before it; then it is answered with what is there. */
const ASK_MS_MAX = 3000;
/** Who is so far behind makes no pauses. */
const BEHIND_MAX = 50_000;

type Question = Extract<ToWorker, { number: number }>;

/** The thread's end of the line to the process. */
export interface ThreadPort {
  readonly postMessage: (message: FromWorker) => void;
  readonly on: (event: 'message', listener: (message: ToWorker) => void) => unknown;
  readonly close: () => void;
}

/**
 * Brings the journal into the database and answers questions about usage, so that the thread that serves calls never
 * waits for either. Resolves when what earlier processes left is in the database; goes on until it is told to close.
 * Throws what opening the database and reading the journals of others throw.
 */
export async function runUsageThread(data: WorkerData, port: ThreadPort): Promise<void> {
  const { location, directory, instance, beginning } = data;
  const tell = (message: FromWorker): void => port.postMessage(message);
  const database = await openDatabaseBeside(location);
  const closing = new AbortController();
  const { signal } = closing;
  const onFailing = (error: unknown): void => tell({ type: 'failing', message: messageOf(error) });
  let isRecovering = true;
  const isUrgent = (): boolean => isRecovering || signal.aborted || journal.behind() > BEHIND_MAX;
  const { pace, hurry } = createPace({ isUrgent, isExclusive: location.databaseUrl === undefined, signal });
  const writer = createEventWriter({ database, directory, onFailing, signal, pace });
  const pairs = createRecordPairs();
  const journal = followJournal({
    instance,
    beginning,
    signal,
    async take({ records, malformed }) {
      const { rows, orphans } = pairs.pair(records);
      await writer.write(rows);
      await writer.setAside({ orphans, malformed });
      pairs.confirm();
    },
    onTaken: ({ position, damagedBytes }) =>
      tell({ type: 'applied', position, damagedBytes, rejected: writer.rejected() }),
    onFailing,
  });

  async function answer(question: Question): Promise<void> {
    const { number } = question;
    try {
      tell({ type: 'answer', number, ...(await findAnswer(question)) });
    } catch (error) {
      const isAway = signal.aborted || isDatabaseUnavailable(error);
      tell({ type: 'refusal', number, message: isAway ? 'unavailable' : messageOf(error) });
    }
  }

  async function findAnswer({ type, name, input, end }: Question): Promise<{ value: unknown; position: number }> {
    const done = new AbortController();
    const later = (): Promise<void> => delay(ASK_MS_MAX, undefined, { signal: done.signal });
    try {
      hurry();
      await Promise.race([journal.reach(end), later()]);
      if (type === 'command') return { value: await command(name, input), position: 0 };
      if (type === 'ask') return { value: await ask(name, input), position: 0 };
      const unavailable = later().then(() => Promise.reject(new Error('unavailable')));
      // The position is that of the answer only where nothing is applied meanwhile.
      const exact = journal.pause(async (position) => ({ value: await ask(name, input), position }));
      return await Promise.race([exact, unavailable]);
    } finally {
      done.abort();
    }
  }

  const ask = (name: string, input: unknown): Promise<unknown> => find(usageQueries, name)(database.reader, input);

  async function command(name: string, input: unknown): Promise<unknown> {
    const run = find(usageCommands, name);
    return database.transaction((transaction) => run(transaction, input));
  }

  async function close(end: JournalEnd): Promise<void> {
    closing.abort();
    // What cannot be applied now is in the journal, and the next start reads it.
    await journal.reach(end).catch(() => undefined);
    await database.close();
    tell({ type: 'closed' });
    port.close();
  }

  port.on('message', (message) => {
    if (message.type === 'written') journal.reach(message.end).catch(() => undefined);
    else if (message.type === 'close') void close(message.end);
    else void answer(message);
  });

  const report = await recoverJournal({
    directory,
    instance,
    async write(rows) {
      const written = await writer.write(rows);
      tell({ type: 'recovering' });
      return written;
    },
    setAside: writer.setAside,
    nowMs: Date.now(),
  });
  isRecovering = false;
  tell({ type: 'recovered', report });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type AnyQuery = (handle: unknown, input: unknown) => Promise<unknown>;

/** The registries are complete by their types; here their functions are only called through one shape. */
function find(registry: object, name: string): AnyQuery {
  const found: unknown = Reflect.get(registry, name);
  if (typeof found !== 'function') throw new Error(`nothing is called ${name}`);
  return async (handle, input) => found(handle, input);
}
