import { type SqlBool, sql } from 'kysely';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';

const HOUR_MS = 3_600_000;
/** Ids that one statement names; engines bound how many it may. */
const IDS_MAX = 500;

/** What was spent of a kind of key in one workspace from a moment on, up to and without another one; null: no end. */
export interface SpentSinceQuestion {
  readonly workspaceId: WorkspaceId;
  readonly of: 'virtualKey' | 'key';
  readonly ids: readonly string[];
  readonly startMs: number;
  readonly endMs: number | null;
}

export interface SpentSinceInput {
  readonly questions: readonly SpentSinceQuestion[];
}

/** Nano-USD by id; those of which nothing was spent are not there. */
export type SpentById = Readonly<Record<string, number>>;

const columns = { virtualKey: 'virtual_key_id', key: 'credential_id' } as const;

/** Nano-USD spent, an answer for each question: whole hours from their sums, the pieces around them from their events. */
export async function readSpentSince(database: DatabaseHandle, { questions }: SpentSinceInput): Promise<SpentById[]> {
  const answers: SpentById[] = [];
  for (const question of questions) {
    const spent: Record<string, number> = {};
    for (let from = 0; from < question.ids.length; from += IDS_MAX) {
      const part = { ...question, ids: question.ids.slice(from, from + IDS_MAX) };
      for (const { id, nanoUsd } of [...(await readHours(database, part)), ...(await readPieces(database, part))]) {
        spent[id] = (spent[id] ?? 0) + Number(nanoUsd ?? 0);
      }
    }
    answers.push(spent);
  }
  return answers;
}

const wholeHourFrom = (startMs: number): number => Math.ceil(startMs / HOUR_MS) * HOUR_MS;
const wholeHoursUntil = (endMs: number): number => Math.floor(endMs / HOUR_MS) * HOUR_MS;

function readHours(database: DatabaseHandle, { workspaceId, of, ids, startMs, endMs }: SpentSinceQuestion) {
  const column = columns[of];
  const hours = database
    .selectFrom('usage_hours')
    .select((build) => [build.ref(column).as('id'), build.fn.sum<number | null>('cost_nano_usd').as('nanoUsd')])
    .where('workspace_id', '=', workspaceId)
    .where(isOneOf(column, ids))
    .where('hour_at', '>=', wholeHourFrom(startMs))
    .groupBy(column);
  return (endMs === null ? hours : hours.where('hour_at', '<', wholeHoursUntil(endMs))).execute();
}

/** What is no whole hour at the beginning and at the end. */
async function readPieces(database: DatabaseHandle, question: SpentSinceQuestion) {
  const { startMs, endMs } = question;
  const firstHourMs = wholeHourFrom(startMs);
  const before = await readEvents(database, question, [startMs, Math.min(firstHourMs, endMs ?? firstHourMs)]);
  if (endMs === null) return before;
  return [...before, ...(await readEvents(database, question, [Math.max(wholeHoursUntil(endMs), firstHourMs), endMs]))];
}

async function readEvents(
  database: DatabaseHandle,
  { workspaceId, of, ids }: SpentSinceQuestion,
  [fromMs, untilMs]: readonly [number, number],
) {
  if (fromMs >= untilMs) return [];
  const column = columns[of];
  return database
    .selectFrom('usage_events')
    .select((build) => [build.ref(column).as('id'), build.fn.sum<number | null>('cost_nano_usd').as('nanoUsd')])
    .where('workspace_id', '=', workspaceId)
    .where(isOneOf(column, ids))
    .where('time', '>=', fromMs)
    .where('time', '<', untilMs)
    .groupBy(column)
    .execute();
}

const isOneOf = (column: string, ids: readonly string[]) =>
  sql<SqlBool>`${sql.ref(column)} in (${sql.join(ids.map((id) => sql`${id}`))})`;
