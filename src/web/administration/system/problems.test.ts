import { expect, test } from 'vitest';
import { findProblems, type System } from './problems.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const gigabyte = 1024 ** 3;

const healthy: System = {
  version: '1.0.0',
  node: 'v26.10.0',
  platform: 'linux x64',
  startedAt: '2026-11-20T12:00:00Z',
  uptimeSeconds: 259_200,
  database: { engine: 'sqlite', engineVersion: '3.50', sizeBytes: 4096, migrations: [] },
  disk: { freeBytes: 40 * gigabyte, totalBytes: 100 * gigabyte },
  journal: { pendingRecords: 3, lastAppliedAt: '2026-11-23T11:59:58Z', waitingSeconds: 2, lastError: null },
  masterKey: { id: 'mk_1', history: [] },
  memory: { residentBytes: 1, heapUsedBytes: 1 },
  counts: {
    users: 1,
    activeUsers: 1,
    administrators: 1,
    sessions: 1,
    workspaces: 1,
    teams: 0,
    keys: 0,
    virtualKeys: 0,
    usageEvents: 0,
    auditEvents: 0,
  },
  lastBackupAt: '2026-11-22T12:00:00Z',
};

const kinds = (change: Partial<System>) => findProblems({ ...healthy, ...change }, now).map(({ kind }) => kind);

test('an instance in order has no problems', () => {
  expect(kinds({})).toEqual([]);
  expect(kinds({ disk: null })).toEqual([]);
});

test('little space is a problem, by share and by size', () => {
  expect(kinds({ disk: { freeBytes: 4 * gigabyte, totalBytes: 100 * gigabyte } })).toEqual(['diskFull']);
  expect(kinds({ disk: { freeBytes: gigabyte / 2, totalBytes: gigabyte } })).toEqual(['diskFull']);
});

test('a journal that fails is told by its error, one that lags by its time', () => {
  const journal = { ...healthy.journal, waitingSeconds: 600 };
  expect(kinds({ journal })).toEqual(['journalLate']);
  expect(kinds({ journal: { ...journal, lastError: 'database is locked' } })).toEqual(['journalError']);
});

test('no backup, or only an old one, is told', () => {
  expect(kinds({ lastBackupAt: null })).toEqual(['noBackup']);
  expect(kinds({ lastBackupAt: '2026-11-01T12:00:00Z' })).toEqual(['backupOld']);
});
