import type { CredentialStatus } from '../../contract/vocabulary.ts';
import { recordAuditEvent, systemOrigin } from '../audit-events/audit-events.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { AppError } from '../http-errors.ts';
import { tellAboutKey } from '../notifications/key-notices.ts';
import type { Services } from '../services.ts';
import { targetOf } from './credentials.ts';
import { isBalanceLow, LOW_BALANCE_AGAIN_MS } from './low-balance.ts';
import { listDueChecks, listUnscheduled, moveNextCheck, type ScheduledRow } from './schedule.store.ts';
import { firstCheckAt, isChecked, nextCheckAt } from './schedule.ts';
import { keepOutcome, probeStored, toChange } from './test-credential.ts';

/** A process begins no more in one minute: 86,400 a day. What is left over comes next. */
const CHECKS_PER_MINUTE = 60;
const PARALLEL_MAX = 4;
/** A run begins nothing after this time, so that it ends before the next is due. */
const BEGINNING_MS_MAX = 40_000;
const SCHEDULED_AT_ONCE = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

type Outcome = Awaited<ReturnType<typeof probeStored>>['outcome'];

/**
 * Tests the keys whose time has come. Called by the housekeeping timer once a minute. Each key's next time is moved before
 * it is tested, so that of several processes one tests it, and one that dies leaves it to its next time. Gives how many
 * were tested.
 */
export async function runScheduledChecks(services: Services, nowMs: number, signal: AbortSignal): Promise<number> {
  await scheduleNew(services, nowMs);
  const due = await listDueChecks(services.database.kysely, { nowMs, limit: CHECKS_PER_MINUTE });
  const rows = due.values();
  const beganMs = performance.now();
  let checked = 0;
  const work = async (): Promise<void> => {
    for (const row of rows) {
      if (signal.aborted || performance.now() - beganMs > BEGINNING_MS_MAX) return;
      if (!(await take(services, row, nowMs)) || !isChecked(row)) continue;
      await checkOne(services, row, { nowMs, signal });
      checked += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_MAX }, work));
  return checked;
}

async function scheduleNew({ database }: Services, nowMs: number): Promise<void> {
  for (const row of await listUnscheduled(database.kysely, SCHEDULED_AT_ONCE)) {
    await moveNextCheck(database.kysely, { id: row.id, from: null, to: firstCheckAt(row, nowMs) });
  }
}

function take({ database }: Services, row: ScheduledRow, nowMs: number): Promise<boolean> {
  return moveNextCheck(database.kysely, { id: row.id, from: row.next_check_at, to: nextCheckAt(row, nowMs) });
}

/** Tests one key. What goes wrong with it holds up no other. */
async function checkOne(
  services: Services,
  row: ScheduledRow,
  { nowMs, signal }: { nowMs: number; signal: AbortSignal },
): Promise<void> {
  try {
    const { outcome } = await probeStored(services, row, signal);
    // Stopped by ourselves: that says nothing about the key.
    if (!signal.aborted) await keep(services, row, { outcome, nowMs });
  } catch (error) {
    if (!(error instanceof AppError)) {
      services.log.error({ error, id: row.id }, 'a key could not be tested by the clock');
      return;
    }
    services.log.warn({ code: error.code, id: row.id }, 'a key could not be tested by the clock');
    if (error.code !== 'credential_unreadable' || row.status === 'unreadable') return;
    const found = { status: 'unreadable', reason: error.code, nowMs } as const;
    await record(services.database.kysely, services, row, found);
  }
}

/** Writes what was found, with an event only where the status is another, and tells who manages the key what is wrong. */
async function keep(
  services: Services,
  row: ScheduledRow,
  { outcome, nowMs }: { outcome: Outcome; nowMs: number },
): Promise<void> {
  const { status, reason, balance } = outcome;
  const isChanged = status !== row.status;
  await services.database.transaction(async (transaction) => {
    if (!(await keepOutcome(transaction, row, toChange(outcome, nowMs)))) return;
    if (isChanged) await record(transaction, services, row, { status, reason, nowMs });
    if (isChanged && status === 'invalid') {
      const dedupe = `${Math.floor(nowMs / DAY_MS)}`;
      await tellAboutKey(transaction, row, { kind: 'key_invalid', dedupe, facts: { reason }, nowMs });
    }
    if (balance !== undefined && isBalanceLow(balance)) {
      const dedupe = `${Math.floor(nowMs / LOW_BALANCE_AGAIN_MS)}`;
      await tellAboutKey(transaction, row, { kind: 'balance_low', dedupe, facts: balance, nowMs });
    }
  });
}

function record(
  database: DatabaseHandle,
  services: Services,
  row: ScheduledRow,
  { status, reason, nowMs }: { status: CredentialStatus; reason: string; nowMs: number },
): Promise<void> {
  return recordAuditEvent(database, systemOrigin(services, nowMs), {
    action: 'key.tested',
    workspaceId: row.workspace_id,
    actor: null,
    target: targetOf(row),
    reason,
    details: { status, statusBefore: row.status, scheduled: true },
  });
}
