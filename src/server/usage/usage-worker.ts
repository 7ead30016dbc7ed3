// The thread that brings the journal into the database and answers questions about usage, so that the thread that
// serves calls never waits for either.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabaseBeside } from '../database/open-beside.ts';
import { isDatabaseUnavailable } from '../database/unavailable.ts';
import { applyEvents } from './apply-events.store.ts';
import { type EventRow, toEventRow } from './event-rows.ts';
import type { JournalEnd } from './journal/journal.ts';
import { readBetween } from './journal/read-journal.ts';
import { recoverJournal } from './recover-journal.ts';
import { usageCommands } from './usage-commands.ts';
import type { OpenRecord } from './usage-event.ts';
import { usageQueries } from './usage-queries.ts';
import type { FromWorker, ToWorker, WorkerData } from './worker-messages.ts';

const BATCH = 500;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5000;
/** How long a question waits for what was written before it; then it is answered with what is there. */
const ASK_MS_MAX = 3000;

const { location, directory, instance, beginning }: WorkerData = workerData;
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const tell = (message: FromWorker): void => port.postMessage(message);
const database = await openDatabaseBeside(location);

const begun = new Map<string, OpenRecord>();
const place = { ...beginning };
let target: JournalEnd = place;
let rejected = 0;
let running: Promise<void> | null = null;
let isClosing = false;

/** Writes events, trying again for as long as the database is away; what it refuses for good is put aside. */
async function apply(rows: readonly EventRow[]): Promise<number> {
  for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
    try {
      return await database.transaction((transaction) => applyEvents(transaction, rows));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ type: 'failing', message });
      if (isDatabaseUnavailable(error)) {
        // A server that stops does not wait for a database that is away: the journal keeps what is left.
        if (isClosing) throw error;
        await delay(waitMs);
        continue;
      }
      return rows.length === 1 ? putAside(rows, message) : applyHalves(rows);
    }
  }
}

/** One event that the database refuses must not hold up the others. */
async function applyHalves(rows: readonly EventRow[]): Promise<number> {
  const middle = Math.floor(rows.length / 2);
  return (await apply(rows.slice(0, middle))) + (await apply(rows.slice(middle)));
}

function putAside(rows: readonly EventRow[], message: string): number {
  rejected += rows.length;
  const lines = rows.map((row) => `${JSON.stringify({ message, row })}\n`);
  appendFileSync(join(directory, 'rejected.jsonl'), lines.join(''), { mode: 0o600 });
  return 0;
}

/** Reads on from where it is up to the target, over as many segments as there are. */
async function follow(): Promise<void> {
  while (place.position < target.position) {
    const until = place.segment === target.segment ? target.bytes : Number.MAX_SAFE_INTEGER;
    const { records, bytes } = await readBetween(place.segment, place.bytes, until);
    if (bytes === 0) {
      // This segment is at its end, and the target lies in a later one.
      if (place.segment === target.segment) return;
      place.segment = segmentNumbered(numberOf(place.segment) + 1);
      place.bytes = 0;
      continue;
    }
    await applyRecords(records);
    place.bytes += bytes;
    place.position += records.length;
    tell({ type: 'applied', position: place.position, rejected });
  }
}

const segmentNumbered = (number: number): string =>
  join(directory, `${instance}-${String(number).padStart(6, '0')}.journal`);
const numberOf = (segment: string): number => Number(/-(\d+)\.journal$/.exec(segment)?.[1] ?? 0);

async function applyRecords(records: Awaited<ReturnType<typeof readBetween>>['records']): Promise<void> {
  let batch: EventRow[] = [];
  for (const record of records) {
    if (record.type === 'open') {
      begun.set(record.id, record);
      continue;
    }
    const open = begun.get(record.id);
    if (open === undefined) continue;
    begun.delete(record.id);
    batch.push(toEventRow(open, record));
    if (batch.length >= BATCH) {
      await apply(batch);
      batch = [];
    }
  }
  await apply(batch);
}

/** Follows the journal; calls that come meanwhile join the one that runs. */
function catchUp(end: JournalEnd): Promise<void> {
  if (end.position > target.position) target = end;
  running ??= follow().finally(() => {
    running = null;
  });
  return running;
}

/** A run that was at its end when this target came has not seen it: then there is one more. */
async function reach(end: JournalEnd): Promise<void> {
  await catchUp(end);
  if (place.position < end.position) await catchUp(end);
}

async function answer({ type, number, name, input, end }: Extract<ToWorker, { number: number }>): Promise<void> {
  try {
    await Promise.race([reach(end), delay(ASK_MS_MAX)]);
    const { position } = place;
    const value = type === 'ask' ? await ask(name, input) : await command(name, input);
    tell({ type: 'answer', number, value, position });
  } catch (error) {
    const isAway = isDatabaseUnavailable(error);
    const message = error instanceof Error ? error.message : String(error);
    tell({ type: 'refusal', number, message: isAway ? 'unavailable' : message });
  }
}

type AnyQuery = (handle: unknown, input: unknown) => Promise<unknown>;

async function ask(name: string, input: unknown): Promise<unknown> {
  return find(usageQueries, name)(database.reader, input);
}

async function command(name: string, input: unknown): Promise<unknown> {
  const run = find(usageCommands, name);
  return database.transaction((transaction) => run(transaction, input));
}

/** The registries are complete by their types; here their functions are only called through one shape. */
function find(registry: object, name: string): AnyQuery {
  const found: unknown = Reflect.get(registry, name);
  if (typeof found !== 'function') throw new Error(`nothing is called ${name}`);
  return (handle, input) => found(handle, input);
}

async function close(end: JournalEnd): Promise<void> {
  isClosing = true;
  // What cannot be applied now is in the journal, and the next start reads it.
  await catchUp(end).catch(() => undefined);
  await database.close();
  tell({ type: 'closed' });
  port?.close();
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'written') catchUp(message.end).catch(() => undefined);
  else if (message.type === 'close') void close(message.end);
  else void answer(message);
});

const report = await recoverJournal({ directory, instance, apply, nowMs: Date.now() });
tell({ type: 'recovered', report });
