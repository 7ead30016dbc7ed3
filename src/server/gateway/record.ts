import type { UsageState } from '../../contract/vocabulary.ts';
import { estimateTokensOf } from '../../providers/usage/estimate-tokens.ts';
import { type BillingLine, noTokens, type TokenBuckets } from '../../providers/usage/usage-reading.ts';
import type { UnitPrices } from '../prices/unit-prices.ts';
import { interruptedSettle } from '../usage/event-rows.ts';
import type { Metering, OpenRecord, SettleRecord } from '../usage/usage-event.ts';
import type { AttemptEnd } from './attempt-end.ts';

interface Usage {
  readonly lines: readonly BillingLine[];
  readonly state: UsageState;
}

const nothing: Usage = { lines: [], state: 'exact' };

/**
 * What an attempt used: what the provider told, or else an estimate that says so. A provider's refusal costs nothing; a
 * reply that broke off costs what came; a call that left and had not a byte of reply may be billed all the same, so it costs
 * what went in.
 */
export function usageOf(end: AttemptEnd, open: OpenRecord, metering: Metering): Usage {
  const { reading } = end;
  if (end.errorReply !== null || (reading === null && !end.mayBeBilled)) return nothing;
  if (reading !== null && reading.lines !== null) {
    if (end.outcome === 'ok' || reading.isComplete) return { lines: reading.lines, state: 'exact' };
    return { lines: withWritten(reading.lines, estimateTokensOf(reading.written)), state: 'estimated' };
  }
  const written = reading === null ? 0 : estimateTokensOf(reading.written);
  if (reading !== null && reading.error !== null && written === 0) return nothing;
  if (metering === 'free') return nothing;
  if (metering !== 'usage' || /^(?:images|audio)\//.test(open.endpoint)) return { lines: [], state: 'missing' };
  const tokens = { ...noTokens, inputUncached: open.estimatedInputTokens, output: written };
  return { lines: [{ model: reading?.servedModel ?? null, tokens }], state: 'estimated' };
}

/** A stream that broke off has often told its input and not yet its output. */
function withWritten(lines: readonly BillingLine[], written: number): readonly BillingLine[] {
  return lines.map((line, index) => {
    const told = line.tokens.output + line.tokens.reasoning;
    if (index > 0 || told >= written) return line;
    return { ...line, tokens: { ...line.tokens, output: line.tokens.output + written - told } };
  });
}

/** All tokens of an attempt, as limits by the minute count them. */
export function tokensOf(lines: readonly BillingLine[]): number {
  return lines.reduce((sum, { tokens }) => sum + sumOf(tokens), 0);
}

function sumOf(tokens: TokenBuckets): number {
  return Object.values(tokens).reduce((sum, count) => sum + count, 0);
}

/** What lines cost at the prices of the moment in which their call began. */
export type PriceLines = (lines: readonly BillingLine[]) => {
  readonly unitPrices: readonly (UnitPrices | null)[];
  readonly costNanoUsd: number | null;
};

/** The second half of a usage event, but for whether it is the last of its request. */
export type AttemptRecord = Omit<SettleRecord, 'isFinal'>;

/** How an attempt ended, with its cost at the prices of this moment. */
export function attemptRecord(
  end: AttemptEnd,
  input: { open: OpenRecord; metering: Metering; priceLines: PriceLines },
): AttemptRecord {
  const { open, metering, priceLines } = input;
  const { lines, state } = usageOf(end, open, metering);
  const { unitPrices, costNanoUsd } = priceLines(lines);
  return {
    type: 'settle',
    id: open.id,
    outcome: end.outcome,
    httpStatus: end.httpStatus,
    errorCode: end.failure?.code ?? null,
    errorDetail: end.failure?.detail ?? null,
    servedModel: end.reading?.servedModel?.slice(0, 200) ?? null,
    lines,
    usageState: state,
    costNanoUsd: state === 'missing' ? null : costNanoUsd,
    unitPrices,
    latencyMs: end.latencyMs,
    firstByteMs: end.firstByteMs,
    upstreamRequestId: end.upstreamRequestId,
    responseId: open.dialect === 'openai-responses' ? (end.reading?.responseId?.slice(0, 200) ?? null) : null,
  };
}

/** An attempt that a fault of the gateway itself has ended: what may have been worked on is estimated. */
export function faultRecord(open: OpenRecord, { mayBeBilled }: Pick<AttemptEnd, 'mayBeBilled'>): AttemptRecord {
  const record: AttemptRecord = { ...interruptedSettle(open), outcome: 'error', errorCode: 'internal' };
  return mayBeBilled ? record : { ...record, lines: [], usageState: 'exact', costNanoUsd: 0, unitPrices: [] };
}
