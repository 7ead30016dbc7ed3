import { statfs } from 'node:fs/promises';
import type { Handler } from '../context.ts';
import { describeDatabase } from '../database/describe-database.ts';
import type { Row } from '../database/schema.ts';
import type { UsageStatus } from '../usage/usage-recorder.ts';
import { listMasterKeys } from './system.store.ts';

/** What the server runs on and how it is: nothing of it lies in a workspace. */
export const readSystem: Handler<'GET /api/admin/system'> = async ({ services, nowMs }) => {
  const { database, config, vault, usage } = services;
  const uptimeSeconds = Math.floor(process.uptime());
  const { rss, heapUsed } = process.memoryUsage();
  return {
    version: services.version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    startedAt: new Date(nowMs - uptimeSeconds * 1000).toISOString(),
    uptimeSeconds,
    database: { engine: database.engine, ...(await readDatabase(database)) },
    disk: await readDisk(config.dataDirectory),
    journal: describeJournal(usage.status(), nowMs),
    masterKey: { id: vault.masterKeyId, history: (await listMasterKeys(database.kysely)).map(describeMasterKey) },
    memory: { residentBytes: rss, heapUsedBytes: heapUsed },
    counts: await usage.ask('instanceCounts', { nowMs }),
    lastBackupAt: null,
  };
};

async function readDatabase(database: Parameters<typeof describeDatabase>[0]) {
  const { migrations, ...facts } = await describeDatabase(database);
  return { ...facts, migrations: [...migrations] };
}

/** Null where the file system does not tell. */
async function readDisk(directory: string): Promise<{ freeBytes: number; totalBytes: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(directory);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

function describeJournal({ pendingRecords, lastAppliedAtMs, lastError, recovery }: UsageStatus, nowMs: number) {
  // Whatever waits came after the last time that something was brought in.
  const sinceMs = lastAppliedAtMs ?? recovery.atMs;
  return {
    pendingRecords,
    lastAppliedAt: toTime(lastAppliedAtMs),
    waitingSeconds: pendingRecords === 0 ? null : Math.max(0, Math.round((nowMs - sinceMs) / 1000)),
    lastError,
  };
}

function describeMasterKey(row: Row<'master_key_history'>) {
  return {
    id: row.master_key_id,
    createdAt: new Date(row.created_at).toISOString(),
    promotedAt: toTime(row.promoted_at),
    retiredAt: toTime(row.retired_at),
  };
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
