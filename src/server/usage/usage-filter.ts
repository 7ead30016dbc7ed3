import type { CredentialId, UserId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { WorkspaceContext } from '../context.ts';
import { AppError } from '../http-errors.ts';

/** Which calls are meant, and whose may be seen. */
export interface UsageFilter {
  readonly workspaceId: WorkspaceId;
  readonly fromMs: number;
  readonly toMs: number;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: CredentialId | undefined;
  readonly virtualKeyId?: VirtualKeyId | undefined;
  readonly memberId?: UserId | undefined;
  readonly tool?: string | undefined;
}

export interface AskedFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: CredentialId | undefined;
  readonly virtualKeyId?: VirtualKeyId | undefined;
  readonly memberId?: UserId | undefined;
  readonly tool?: string | undefined;
}

const DAY_MS = 86_400_000;
const DAYS_USUAL = 30;
const HOUR_MS = 3_600_000;

/**
 * The filter of a question, narrowed to what the caller may see: members see their own calls, and a question for
 * somebody else's finds nothing. The one place where that is decided.
 */
export function usageFilter(context: WorkspaceContext, asked: AskedFilter): UsageFilter | null {
  const { workspace, user, nowMs } = context;
  const toMs = asked.to === undefined ? nowMs + 1 : Date.parse(asked.to);
  const fromMs = asked.from === undefined ? toMs - DAYS_USUAL * DAY_MS : Date.parse(asked.from);
  if (fromMs >= toMs) throw new AppError('invalid_input', { message: "'from' must be before 'to'." });
  const { provider, model, keyId, virtualKeyId, memberId, tool } = asked;
  const seen = workspace.role === 'member' ? user.id : undefined;
  if (seen !== undefined && memberId !== undefined && memberId !== seen) return null;
  const filter = { workspaceId: workspace.id, fromMs, toMs, provider, model, keyId, virtualKeyId, tool };
  return { ...filter, memberId: seen ?? memberId };
}

/** The same, to whole hours: what is added up is added up by the hour. */
export function wholeHours(filter: UsageFilter): UsageFilter {
  const fromMs = Math.floor(filter.fromMs / HOUR_MS) * HOUR_MS;
  return { ...filter, fromMs, toMs: Math.ceil(filter.toMs / HOUR_MS) * HOUR_MS };
}
