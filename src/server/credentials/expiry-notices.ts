import type { CredentialId } from '../../contract/ids.ts';
import { tellAboutKey } from '../notifications/key-notices.ts';
import type { Services } from '../services.ts';
import type { CredentialRow } from './credential-view.ts';
import { listEnding } from './schedule.store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days before the end at which people are told, the shortest time first. */
const DAYS = [1, 7, 30] as const;
/** How long after its end a key is still told of, e.g. because the server was off. */
const EXPIRED_DAYS = 7;
const ROWS_AT_ONCE = 100;
const BATCHES_MAX = 100;

/**
 * Tells who manages them of keys that end in 30, 7 and 1 days, and of those that have ended; each once, and anew when the
 * end was moved. Called by the housekeeping timer; stops where `signal` says so.
 */
export async function tellOfExpiry(services: Services, nowMs: number, signal: AbortSignal): Promise<void> {
  const [, , longest] = DAYS;
  const time = { afterMs: nowMs - EXPIRED_DAYS * DAY_MS, untilMs: nowMs + longest * DAY_MS };
  let afterId: CredentialId | null = null;
  for (let batch = 0; batch < BATCHES_MAX && !signal.aborted; batch += 1) {
    const rows: CredentialRow[] = await listEnding(services.database.kysely, { ...time, afterId, limit: ROWS_AT_ONCE });
    for (const row of rows) await tellOne(services, row, nowMs);
    afterId = rows.at(-1)?.id ?? null;
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

async function tellOne({ database }: Services, row: CredentialRow, nowMs: number): Promise<void> {
  const endMs = row.expires_at;
  if (endMs === null) return;
  const expiresAt = new Date(endMs).toISOString();
  await database.transaction(async (transaction) => {
    if (endMs <= nowMs) {
      await tellAboutKey(transaction, row, { kind: 'key_expired', dedupe: `${endMs}`, facts: { expiresAt }, nowMs });
      return;
    }
    const reached = DAYS.find((days) => endMs - nowMs <= days * DAY_MS);
    const facts = { expiresAt, days: Math.ceil((endMs - nowMs) / DAY_MS) };
    await tellAboutKey(transaction, row, { kind: 'key_expiring', dedupe: `${endMs} ${reached}`, facts, nowMs });
  });
}
