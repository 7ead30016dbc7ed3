import { z } from 'zod';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Row } from '../database/schema.ts';

export type EventRecord = OperationResult<Operations['GET /api/audit-events']>['items'][number];

const SignIn = z.object({
  sessionId: z.string(),
  method: z.string(),
  secondFactor: z.boolean(),
  ageSeconds: z.number().int(),
});
const actorKinds = ['user', 'service_account', 'system'] as const;
const Details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

/** An event as outsiders see it. What somebody wrote into the database in another shape is left out, not thrown. */
export function toEventRecord(row: Row<'audit_events'>): EventRecord {
  return {
    id: row.id,
    time: timeOf(row.created_at),
    number: row.chain_number,
    actor:
      row.actor_id === null
        ? null
        : {
            kind: actorKinds.find((kind) => kind === row.actor_type) ?? 'user',
            id: row.actor_id,
            label: row.actor_label ?? '',
          },
    action: row.action,
    target:
      row.target_type === null || row.target_id === null
        ? null
        : { type: row.target_type, id: row.target_id, label: row.target_label ?? '' },
    result: row.result === 'ok' || row.result === 'denied' ? row.result : 'error',
    reason: row.reason,
    ip: row.ip ?? '',
    userAgent: row.user_agent ?? '',
    client: row.client ?? '',
    requestId: row.request_id ?? '',
    signIn: row.auth === null ? null : (SignIn.safeParse(parse(row.auth)).data ?? null),
    details: Details.safeParse(parse(row.details)).data ?? {},
    hash: row.hash,
  };
}

/** No event of ours has a time that no calendar has. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
