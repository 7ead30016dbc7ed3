import type { DatabaseHandle } from '../database/open.ts';
import type { EventPlace, EventQuestion } from './event-question.ts';
import { promisingHours } from './promising-hours.store.ts';
import { attemptsOf, type EventRow, newestAmong, newestEvents, newestFromHour } from './usage-events.store.ts';

/** How hard a page is looked for. */
export interface SearchEffort {
  /** Newest events, of those that an index leads to, that are looked through before the sums are asked where to look. */
  readonly peek: number;
  /** Hours of the first look; each further one takes four times as many. */
  readonly hours: number;
  /** Events that the hours looked through may hold together. */
  readonly events: number;
}

export const pageEffort: SearchEffort = { peek: 4000, hours: 1, events: 60_000 };

const HOURS_FACTOR = 4;
const LOOKS_MAX = 12;

interface EventPage {
  readonly rows: EventRow[];
  /** Where the next page goes on; null when there is none. */
  readonly next: EventPlace | null;
}

/**
 * A page of events, newest first. Where no index leads to them and they are rare, the sums by hour tell where they are,
 * so nothing is searched through that cannot hold them. A search that has looked through `effort.events` without
 * filling the page gives what it has found, which may be nothing, and where to go on.
 */
export async function searchEvents(
  database: DatabaseHandle,
  question: EventQuestion,
  { limit, effort = pageEffort }: { limit: number; effort?: SearchEffort },
): Promise<EventPage> {
  const { requestId } = question.filter;
  if (requestId !== undefined) {
    return toPage(await attemptsOf(database, question, { requestId, limit: limit + 1 }), limit);
  }
  if (isIndexed(question)) return toPage(await newestEvents(database, question, limit + 1), limit);
  const peeked = await newestAmong(database, question, {
    led: ledBy(question.filter),
    peek: effort.peek,
    limit: limit + 1,
  });
  if (peeked.isAll || peeked.rows.length > limit) return toPage(peeked.rows, limit);
  return searchByHours(database, question, { limit, effort });
}

/** Whether an index leads to exactly these events, newest first. */
export function isIndexed({ scope, filter }: Pick<EventQuestion, 'scope' | 'filter'>): boolean {
  const asked = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  // Of a member's own calls an index leads to all, and to no others.
  if (scope.onlyMemberId !== null) return asked.every((name) => name === 'memberId');
  const [only, ...others] = asked;
  if (others.length > 0) return false;
  return only === undefined || only === 'keyId' || only === 'virtualKeyId' || only === 'memberId' || isRare(filter);
}

/** The part of what is asked that an index leads to. */
function ledBy({ virtualKeyId, keyId, memberId, ...filter }: EventQuestion['filter']): EventQuestion['filter'] {
  if (virtualKeyId !== undefined) return { virtualKeyId };
  if (isRare(filter)) {
    const { outcome, usageState, priceState } = filter;
    if (outcome !== undefined && outcome !== 'ok' && outcome !== 'failed') return { outcome };
    return usageState !== undefined && usageState !== 'exact' ? { usageState } : { priceState };
  }
  return keyId === undefined ? { memberId } : { keyId };
}

/** What has an index of its own because most calls are not so. */
function isRare({ outcome, usageState, priceState }: EventQuestion['filter']): boolean {
  if (outcome !== undefined) return outcome !== 'ok' && outcome !== 'failed';
  return (usageState !== undefined && usageState !== 'exact') || priceState === 'unpriced';
}

async function searchByHours(
  database: DatabaseHandle,
  question: EventQuestion,
  { limit, effort }: { limit: number; effort: SearchEffort },
): Promise<EventPage> {
  const found: EventRow[] = [];
  let rest = question;
  let hours = effort.hours;
  let seen = 0;
  for (let look = 0; look < LOOKS_MAX && seen < effort.events; look += 1, hours *= HOURS_FACTOR) {
    const promising = await promisingHours(database, rest, hours);
    const { earliest, attempts, isCut } = takeHours(promising, effort.events - seen);
    if (earliest === null) return { rows: found, next: null };
    found.push(...(await newestFromHour(database, rest, { hourMs: earliest, limit: limit + 1 - found.length })));
    if (found.length > limit) return toPage(found, limit);
    if (promising.length < hours && !isCut) return { rows: found, next: null };
    seen += attempts;
    rest = { ...rest, after: { timeMs: earliest, id: '' } };
  }
  return { rows: found, next: rest.after };
}

/** As many of the hours as hold no more than `eventsMax` events together, but at least one. */
function takeHours(promising: readonly { hourMs: number; attempts: number }[], eventsMax: number) {
  let earliest: number | null = null;
  let attempts = 0;
  for (const hour of promising) {
    if (earliest !== null && attempts + hour.attempts > eventsMax) return { earliest, attempts, isCut: true };
    earliest = hour.hourMs;
    attempts += hour.attempts;
  }
  return { earliest, attempts, isCut: false };
}

function toPage(rows: readonly EventRow[], limit: number): EventPage {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { rows: shown, next: last === undefined ? null : { timeMs: last.time, id: last.id } };
}
