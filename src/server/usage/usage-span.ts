import { AppError } from '../http-errors.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** How far back is looked unless it is said. */
const SPAN_MS = 30 * DAY_MS;

/** Milliseconds UTC; `fromMs` is inside, `toMs` is not. */
export interface UsageSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The span of a log of calls, open-ended (`toMs` null) unless an end is asked for. One request is found whenever it was.
 * Throws `invalid_input`.
 */
export function logSpan(
  { from, to, requestId }: Asked & { readonly requestId?: string | undefined },
  nowMs: number,
): { fromMs: number; toMs: number | null } {
  const toMs = to === undefined ? null : Date.parse(to);
  const usualMs = requestId === undefined ? (toMs ?? nowMs) - SPAN_MS : 0;
  const fromMs = from === undefined ? usualMs : Date.parse(from);
  if (toMs !== null) refuseBackward(fromMs, toMs);
  return { fromMs, toMs };
}

/** The last hour that RFC 3339 can tell begins here; years have four digits there. */
const LAST_HOUR_MS = Date.UTC(9999, 11, 31, 23);

/** A span of whole hours, for sums: its beginning is taken back to the hour, its end forward. Throws `invalid_input`. */
export function hourSpan({ from, to }: Asked, nowMs: number): UsageSpan {
  const toMs = to === undefined ? nowMs + 1 : Math.min(Date.parse(to), LAST_HOUR_MS);
  const fromMs = from === undefined ? toMs - SPAN_MS : Date.parse(from);
  refuseBackward(fromMs, toMs);
  return { fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs: Math.ceil(toMs / HOUR_MS) * HOUR_MS };
}

function refuseBackward(fromMs: number, toMs: number): void {
  if (fromMs < toMs) return;
  const message = 'must be before the end of the span';
  throw new AppError('invalid_input', { message: `'from': ${message}`, details: [{ path: 'from', message }] });
}
