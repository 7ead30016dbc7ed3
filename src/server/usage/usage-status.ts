import { isAtLeast } from '../../contract/permissions.ts';
import type { Handler } from '../context.ts';
import { accessLevelOf } from '../credentials/find-credential.ts';

export const readUsageStatus: Handler<'GET /api/usage/status'> = async (context) => {
  const { services, workspace } = context;
  const { pendingRecords, lastAppliedAtMs, lastError, recovery } = services.usage.status();
  const { atMs, ...counts } = recovery;
  const resting = isAtLeast(accessLevelOf(context), 'see') ? services.keyHealth.resting(workspace.id) : [];
  return {
    pendingRecords,
    lastAppliedAt: lastAppliedAtMs === null ? null : new Date(lastAppliedAtMs).toISOString(),
    lastError,
    recovery: { at: new Date(atMs).toISOString(), ...counts },
    restingKeys: resting.map(({ credentialId, reason, untilMs, failures }) => ({
      keyId: credentialId,
      reason,
      until: new Date(untilMs).toISOString(),
      failures,
    })),
  };
};
