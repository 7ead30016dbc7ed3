import type { Handler } from '../context.ts';
import { readAccess, seesEveryCredential } from '../credentials/access.ts';

/** Resting keys are told to those who may see keys. */
export const readUsageStatus: Handler<'GET /api/usage/status'> = async (context) => {
  const { services, workspace } = context;
  const { recovery, lastAppliedAtMs, ...status } = services.usage.status();
  const { atMs, ...counts } = recovery;
  const access = seesEveryCredential(context) ? null : await readAccess(context, null);
  const resting = services.keyHealth
    .resting(workspace.id)
    .filter(({ credentialId }) => access === null || access.granted.has(credentialId));
  return {
    ...status,
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

const toTime = (ms: number): string => new Date(ms).toISOString();
