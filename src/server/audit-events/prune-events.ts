import { z } from 'zod';
import { brand } from '../ids.ts';
import type { Services } from '../services.ts';
import { findLastCheckpoint } from './audit-chain.store.ts';
import { hashCheckpoint, hashEvent, isSameHash } from './audit-chain.ts';
import { AUDIT_KEY, recordAuditEvent, systemOrigin } from './audit-events.ts';
import {
  type AuditSettingsRow,
  countCovered,
  deleteCovered,
  findNewestBefore,
  findNewestWith,
  insertCheckpoint,
  listKeptFor,
} from './audit-settings.store.ts';
import { verifyChain } from './verify-chain.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes events that are older than their chain keeps them. A sealed checkpoint takes their place, so that the chain
 * goes on from their last hash and nobody else can pass a deletion off as this. What a stream has not received stays.
 */
export async function pruneAuditEvents(services: Services, nowMs: number): Promise<void> {
  for (const settings of await listKeptFor(services.database.kysely)) {
    const removed = await pruneChain(services, settings, nowMs);
    if (removed > 0) services.log.info({ chain: settings.chain, removed }, 'removed audit events past their time');
  }
}

async function pruneChain(services: Services, settings: AuditSettingsRow, nowMs: number): Promise<number> {
  const { chain, keep_days: keepDays } = settings;
  if (keepDays === null) return 0;
  // What is not as it was written is evidence: no seal goes over it.
  const auditKey = services.vault.subkey(AUDIT_KEY);
  const report = await verifyChain(services.database.kysely, auditKey, chain);
  if (report.faults.length > 0) {
    services.log.error(
      { chain },
      'audit events past their time are kept: the trail was changed behind the program’s back',
    );
    return 0;
  }
  const numberMax = Math.min(
    report.head.number,
    settings.stream_envelope === null ? report.head.number : settings.stream_sent_number,
  );
  if (!(await isOnTrail(services, chain, keepDays))) {
    services.log.error({ chain, keepDays }, 'audit events are kept: nobody is on the trail who set this time');
    return 0;
  }
  return services.database.transaction(async (transaction) => {
    const newest = await findNewestBefore(transaction, { chain, beforeMs: nowMs - keepDays * DAY_MS, numberMax });
    if (newest === undefined || newest.chain_number === null || newest.hash === null) return 0;
    const before = await findLastCheckpoint(transaction, chain);
    if (before !== undefined && before.number >= newest.chain_number) return 0;
    const going = await countCovered(transaction, chain, newest.chain_number);
    const point = {
      chain,
      number: newest.chain_number,
      hash: newest.hash,
      removed: (before?.removed ?? 0) + going,
      created_at: nowMs,
    };
    await insertCheckpoint(transaction, { ...point, mac: hashCheckpoint(auditKey, point) });
    const removed = await deleteCovered(transaction, chain, newest.chain_number);
    await recordAuditEvent(transaction, systemOrigin(services, nowMs), {
      action: 'audit.pruned',
      ...(chain === '' ? {} : { workspaceId: brand<'Workspace'>(chain) }),
      actor: null,
      details: { removed, upTo: newest.chain_number, keepDays },
    });
    return removed;
  });
}

const Kept = z.object({ keepDays: z.number() });

/**
 * Whether the trail itself says that events are kept this long: a time that somebody wrote into the database alone removes
 * nothing. Every removal notes the time anew, so the note outlives what it removes.
 */
async function isOnTrail({ database, vault }: Services, chain: string, keepDays: number): Promise<boolean> {
  const actions = ['audit.settings_changed', 'audit.pruned'];
  const event = await findNewestWith(database.kysely, { chain, actions, detail: 'keepDays' });
  if (event === undefined || event.hash === null) return false;
  if (!isSameHash(hashEvent(vault.subkey(AUDIT_KEY), event), event.hash)) return false;
  return Kept.safeParse(JSON.parse(event.details)).data?.keepDays === keepDays;
}
