import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';

export type System = OperationReply<Operations['GET /api/admin/system']>;

export type Problem =
  | { kind: 'diskFull'; freeBytes: number }
  | { kind: 'journalError'; error: string }
  | { kind: 'journalLate'; seconds: number }
  | { kind: 'noBackup' }
  | { kind: 'backupOld'; at: string };

const FREE_BYTES_MIN = 1024 ** 3;
const FREE_SHARE_MIN = 0.05;
/** The journal is brought in within seconds; a minute means that something holds it up. */
const WAITING_SECONDS_MAX = 60;
const BACKUP_AGE_MS_MAX = 7 * 24 * 3_600_000;

/** What an administrator should act on, the most urgent first. */
export function findProblems({ disk, journal, lastBackupAt }: System, nowMs: number): Problem[] {
  const problems: Problem[] = [];

  if (disk !== null && (disk.freeBytes < FREE_BYTES_MIN || disk.freeBytes < disk.totalBytes * FREE_SHARE_MIN))
    problems.push({ kind: 'diskFull', freeBytes: disk.freeBytes });
  if (journal.lastError !== null) problems.push({ kind: 'journalError', error: journal.lastError });
  else if (journal.waitingSeconds !== null && journal.waitingSeconds > WAITING_SECONDS_MAX)
    problems.push({ kind: 'journalLate', seconds: journal.waitingSeconds });
  if (lastBackupAt === null) problems.push({ kind: 'noBackup' });
  else if (nowMs - Date.parse(lastBackupAt) > BACKUP_AGE_MS_MAX) problems.push({ kind: 'backupOld', at: lastBackupAt });
  return problems;
}
