import { isAtLeast } from '../../contract/permissions.ts';
import type { Handler } from '../context.ts';
import { accessLevelOf } from '../credentials/find-credential.ts';

/** Resting keys are told to those who may see keys. */
export const readUsageStatus: Handler<'GET /api/usage/status'> = async (context) => {
  const { services, workspace } = context;
  const { recovery, lastAppliedAtMs, ...status } = services.usage.status();
  const { atMs, ...counts } = recovery;
  const resting = isAtLeast(accessLevelOf(context), 'see') ? services.keyHealth.resting(workspace.id) : [];
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
