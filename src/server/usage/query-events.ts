import type { UsageEventId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { EventPlace, EventQuestion } from './event-question.ts';
import { type EventView, viewEvents } from './event-view.ts';
import { searchEvents } from './search-events.ts';
import { toCsvRow } from './usage-csv.ts';
import { findEvent } from './usage-events.store.ts';
import type { UsageScope } from './visible-usage.store.ts';

type PageInput = EventQuestion & { readonly limit: number };

export async function queryEvents(
  database: DatabaseHandle,
  input: PageInput,
): Promise<{ items: EventView[]; next: EventPlace | null }> {
  const { rows, next } = await searchEvents(database, input, input);
  return { items: await viewEvents(database, input.scope, rows), next };
}

/** Null: there is none, or it is not to be seen. */
export async function queryEvent(
  database: DatabaseHandle,
  input: { scope: UsageScope; id: UsageEventId },
): Promise<EventView | null> {
  const row = await findEvent(database, input);
  if (row === undefined) return null;
  const [view = null] = await viewEvents(database, input.scope, [row]);
  return view;
}

/** A page of events as lines of CSV. */
export async function queryCsv(
  database: DatabaseHandle,
  input: PageInput,
): Promise<{ csv: string; rows: number; next: EventPlace | null }> {
  const { items, next } = await queryEvents(database, input);
  return { csv: items.map(toCsvRow).join(''), rows: items.length, next };
}
