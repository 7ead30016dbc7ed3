import type { CompactEntry } from '../fake-provider/ledger.ts';
import type { DrillCall } from './drill-load.ts';

/** A usage event, in what a comparison needs. */
export interface RecordedEvent {
  readonly request_id: string;
  readonly attempt: number;
  readonly is_final: number;
  readonly upstream_model: string | null;
  readonly upstream_request_id: string | null;
  readonly usage_state: string;
  readonly outcome: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export type LedgerLine = Pick<CompactEntry, 'requestId' | 'model' | 'usage'>;

/** What three books say of the same calls. The lists name what must not be. */
export interface Reconciliation {
  /** What the provider was asked. */
  readonly requests: number;
  readonly exact: number;
  readonly interrupted: number;
  /** Of the interrupted: written down before they left, and gone with the process before the provider saw them. */
  readonly neverArrived: number;
  /** Asked of the provider, and no event. */
  readonly missing: readonly string[];
  /** More events than were asked of the provider, or two of one attempt. */
  readonly double: readonly string[];
  /** Exact, but not what the provider says. */
  readonly wrong: readonly string[];
  /** Neither exact nor interrupted. */
  readonly other: readonly string[];
  /** Replies that a client has whole and that have no exact event. */
  readonly unrecorded: readonly string[];
}

export function reconcile(
  ledger: readonly LedgerLine[],
  events: readonly RecordedEvent[],
  calls: readonly DrillCall[],
): Reconciliation {
  const missing: string[] = [];
  const double: string[] = [];
  const wrong: string[] = [];
  const interrupted = events.filter((event) => event.outcome === 'interrupted' && event.usage_state === 'estimated');
  const exact = events.filter((event) => event.outcome === 'ok' && event.usage_state === 'exact');
  const known = new Set([...interrupted, ...exact]);
  const byUpstream = new Map<string, RecordedEvent>();
  const lines = new Map(ledger.map((line) => [line.requestId, line]));
  for (const event of exact) {
    const upstream = event.upstream_request_id ?? 'none';
    const usage = lines.get(upstream)?.usage;
    if (byUpstream.has(upstream)) double.push(upstream);
    byUpstream.set(upstream, event);
    if (usage?.inputTokens !== event.input_tokens || usage.outputTokens !== event.output_tokens) wrong.push(upstream);
  }
  // Who was interrupted knows no id of the provider, but its model was asked for by no other call.
  const unclaimed = new Map<string, number>();
  for (const { upstream_model: model } of interrupted) {
    unclaimed.set(model ?? '', (unclaimed.get(model ?? '') ?? 0) + 1);
  }
  for (const { requestId, model } of ledger) {
    if (byUpstream.has(requestId)) continue;
    const left = unclaimed.get(model ?? '') ?? 0;
    if (left === 0) missing.push(requestId);
    else unclaimed.set(model ?? '', left - 1);
  }
  const attempts = new Set<string>();
  for (const { request_id: requestId, attempt } of events) {
    const name = `${requestId} ${attempt}`;
    if (attempts.has(name)) double.push(name);
    attempts.add(name);
  }
  const answered = new Set(exact.filter((event) => event.is_final === 1).map((event) => event.request_id));
  const whole = calls.filter(({ isComplete, httpStatus }) => isComplete && httpStatus === 200);
  return {
    requests: ledger.length,
    exact: exact.length,
    interrupted: interrupted.length,
    neverArrived: [...unclaimed.values()].reduce((sum, count) => sum + count, 0),
    missing,
    double,
    wrong,
    other: events.filter((event) => !known.has(event)).map((event) => `${event.outcome} ${event.usage_state}`),
    unrecorded: whole.filter(({ requestId }) => !answered.has(requestId ?? '')).map(({ model }) => model),
  };
}
