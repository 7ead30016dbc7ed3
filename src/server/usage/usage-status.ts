import type { Handler } from '../context.ts';
import { readAccess, seesEveryCredential } from '../credentials/access.ts';

/** Resting keys are told to those who may see keys. */
export const readUsageStatus: Handler<'GET /api/usage/status'> = async (context) => {
  const { services, workspace } = context;
  const { recovery, lastAppliedAtMs, lastError, ...status } = services.usage.status();
  const { atMs, ...counts } = recovery;
  const access = seesEveryCredential(context) ? null : await readAccess(context, null);
  const resting = services.keyHealth
    .resting(workspace.id)
    .filter(({ credentialId }) => access === null || access.granted.has(credentialId));
  return {
    ...status,
    lastError: lastError === null ? null : inOwnWords(lastError),
    lastAppliedAt: lastAppliedAtMs === null ? null : toTime(lastAppliedAtMs),
    recovery: { ...counts, at: toTime(atMs) },
    restingKeys: resting.map(({ credentialId, reason, untilMs, failures }) => ({
      keyId: credentialId,
      reason,
      until: toTime(untilMs),
      failures,
    })),
  };
};

/** What the recorder says itself, without any words of the system or the database. */
const ownSentences = [
  /^the disk may not keep the usage journal(?=: )/,
  /^\d+ records were lost: the disk was full for too long$/,
  /^\d+ calls could not be written: see journal\/rejected\.jsonl$/,
  /^calls that could not be written stand in journal\/rejected\.jsonl$/,
  /^\d+ bytes of the usage journal were damaged$/,
];

/** Anything else is from the database or its driver and may tell of hosts, users and statements: the log has it. */
function inOwnWords(problem: string): string {
  for (const sentence of ownSentences) {
    const [own] = sentence.exec(problem) ?? [];
    if (own !== undefined) return own;
  }
  return 'the database does not take what is recorded; it waits in the journal, and the log of the server says why';
}

const toTime = (ms: number): string => new Date(ms).toISOString();
