import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Handler } from '../context.ts';
import type { Services } from '../services.ts';
import { listChains } from './audit-chain.store.ts';
import { AUDIT_KEY, recordAuditEvent, systemOrigin } from './audit-events.ts';
import { verifyChain } from './verify-chain.ts';

type Report = OperationResult<Operations['POST /api/audit-events/verify']>;

async function verify({ database, vault }: Services, chain: string): Promise<Report> {
  const report = await verifyChain(database.kysely, vault.subkey(AUDIT_KEY), chain);
  return { ...report, isIntact: report.faults.length === 0, faults: [...report.faults] };
}

export const verifyAuditEvents: Handler<'POST /api/audit-events/verify'> = async ({ services, workspace, user }) => {
  await services.throttles.take('auditVerification', user.id);
  return verify(services, workspace.id);
};

export const verifyInstanceEvents: Handler<'POST /api/instance/audit-events/verify'> = async ({ services, user }) => {
  await services.throttles.take('auditVerification', user.id);
  return { items: await verifyAllChains(services) };
};

export async function verifyAllChains(services: Services): Promise<{ chain: string; report: Report }[]> {
  const items: { chain: string; report: Report }[] = [];
  for (const chain of await listChains(services.database.kysely)) {
    items.push({ chain, report: await verify(services, chain) });
  }
  return items;
}

/**
 * Says in the log where a chain is not as it was written, and notes the end of every chain in the instance's own, so that
 * none can be put back to an earlier state alone. Called by the housekeeping timer once a day.
 */
export async function watchChains(services: Services, nowMs: number): Promise<void> {
  for (const { chain, report } of await verifyAllChains(services)) {
    const { head, faults } = report;
    if (faults.length > 0) {
      services.log.error({ chain, head, faults }, 'the audit trail was changed behind the program’s back');
      continue;
    }
    services.log.info({ chain, head }, 'the audit trail is as it was written');
    if (chain === '' || head.number === 0) continue;
    await recordAuditEvent(services.database.kysely, systemOrigin(services, nowMs), {
      action: 'audit.verified',
      actor: null,
      target: { type: 'audit_chain', id: chain, label: '' },
      details: head,
    });
  }
}
