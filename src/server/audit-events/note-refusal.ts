import type { ErrorCode } from '../../contract/errors.ts';
import type { ActiveWorkspace, Actor, CallContext } from '../context.ts';
import { recordAuditEvent } from './audit-events.ts';

/** The refusals that tell of somebody reaching for what they may not have. */
const noted: ReadonlySet<ErrorCode> = new Set([
  'forbidden',
  'two_factor_needed',
  'fresh_sign_in_needed',
  'share_links_off',
]);
/** The same refusal within this time is counted, not written down again. */
const COLLAPSE_MS = 10 * 60 * 1000;
const REMEMBERED_MAX = 10_000;

/** Writes refusals of calls into the trail, the same one of the same caller at most once in ten minutes. */
export function createRefusalNotes() {
  const seen = new Map<string, { sinceMs: number; times: number }>();

  return async function noteRefusal(
    context: CallContext & { readonly actor: Actor; readonly workspace?: ActiveWorkspace },
    refusal: { code: ErrorCode; operation: string; path: string },
  ): Promise<void> {
    const { code, operation, path } = refusal;
    if (!noted.has(code)) return;
    const { actor, workspace, nowMs, services } = context;
    const name = `${actor.id} ${workspace?.id ?? ''} ${code} ${operation}`;
    const before = seen.get(name);
    if (before !== undefined && nowMs - before.sinceMs < COLLAPSE_MS) {
      before.times += 1;
      return;
    }
    if (seen.size >= REMEMBERED_MAX) seen.clear();
    seen.set(name, { sinceMs: nowMs, times: 1 });
    await recordAuditEvent(services.database.kysely, context, {
      action: 'access.refused',
      ...(workspace === undefined ? {} : { workspaceId: workspace.id }),
      actor,
      result: 'denied',
      reason: code,
      details: { operation, path: path.slice(0, 200), ...(before === undefined ? {} : { timesBefore: before.times }) },
    });
  };
}
