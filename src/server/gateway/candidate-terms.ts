import type { BudgetRule } from '../limits/budget-ledger.ts';
import { estimateCost } from '../prices/cost.ts';
import type { UnitPrices } from '../prices/unit-prices.ts';
import type { Secret } from '../secret.ts';
import { SealError } from '../vault/vault.ts';
import type { Delivery } from './forward.ts';
import type { Gateway } from './gateway.ts';
import type { Call } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import type { Candidate } from './select-credentials.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** What a call without a limit of its own is taken to write, for the hold only. */
const OUTPUT_TOKENS_USUAL = 2_000;

/** Whether another credential may serve where this one cannot. */
export function isOfCandidate({ code }: Refusal, { credential }: Candidate): boolean {
  if (code === 'credential_unreadable' || code === 'model_unpriced') return true;
  return credential.budget !== null && (code === 'budget_exceeded' || code === 'budget_reserved');
}

/** Whether the virtual key refuses the call because nobody knows what it costs. */
export function isTooUnsure({ call, virtualKey }: Delivery, unitPrices: UnitPrices | null): boolean {
  return virtualKey.blocksUnpriced && unitPrices === null && call.match.endpoint.metering !== 'free';
}

/** The budgets that a call on this candidate counts against. */
export function rulesOf(virtualKey: VirtualKeyEntry, { credential }: Candidate): readonly BudgetRule[] {
  return credential.budget === null ? virtualKey.budgets : [...virtualKey.budgets, credential.budget];
}

/** At what prices the candidate's part is counted; null: unknown. */
export function pricesFor({ gateway, call }: Delivery, { credential, model }: Candidate): UnitPrices | null {
  if (model === null) return null;
  const overrides = gateway.overridesOf(credential.workspaceId);
  const provider = credential.provider.id;
  const inputTokens = call.inputTokensEstimate;
  return gateway.prices.unitPricesOf({ provider, model, inputTokens, overrides, nowMs: Date.now() });
}

/** What the call is taken to cost, in nano-USD, for the hold. */
export function estimateFor(call: Call, unitPrices: UnitPrices | null): number {
  if (unitPrices === null || call.match.endpoint.metering !== 'usage') return 0;
  return estimateCost({
    unitPrices,
    inputTokens: call.inputTokensEstimate,
    outputTokensMax: call.outputTokensMax ?? OUTPUT_TOKENS_USUAL,
  });
}

/** Null where the envelope cannot be read. */
export function openSecret({ vault }: Gateway, { credential }: Candidate): Secret | null {
  const { id, workspaceId, version, envelope } = credential;
  try {
    return vault.open(workspaceId, { column: 'credential_versions.envelope', row: id, version }, envelope);
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
