import type { BudgetRule } from '../limits/budget-ledger.ts';
import { estimateCost } from '../prices/cost.ts';
import type { UnitPrices } from '../prices/unit-prices.ts';
import type { Secret } from '../secret.ts';
import { SealError } from '../vault/vault.ts';
import type { Delivery } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { judgeChanged } from './judge-call.ts';
import type { Call } from './parse-call.ts';
import type { Refusal } from './refusals.ts';
import { type Candidate, candidateNow } from './select-credentials.ts';
import type { VirtualKeyEntry } from './snapshot.ts';

/** What a call without a limit of its own is taken to write, for the hold only. */
const OUTPUT_TOKENS_USUAL = 2_000;

/** What an attempt is made with: all of it as it was in one moment. */
export interface Terms {
  readonly virtualKey: VirtualKeyEntry;
  readonly candidate: Candidate;
  readonly secret: Secret;
  /** At what the candidate's part is counted; null: unknown. */
  readonly unitPrices: UnitPrices | null;
  /** The budgets that the attempt counts against. */
  readonly rules: readonly BudgetRule[];
}

/** The terms of this moment, or why the candidate may not or cannot serve. */
export function termsFor(delivery: Delivery, chosen: Candidate): Terms | Refusal {
  const virtualKey = virtualKeyNow(delivery);
  if (virtualKey === undefined) return { code: 'virtual_key_unknown' };
  const candidate = virtualKey === delivery.virtualKey ? chosen : changed(delivery, virtualKey, chosen);
  if ('code' in candidate) return candidate;
  const secret = openSecret(delivery.gateway, candidate);
  if (secret === null) return { code: 'credential_unreadable' };
  const unitPrices = pricesFor(delivery, candidate);
  if (isTooUnsure(virtualKey, delivery, unitPrices)) {
    const message = `No price is known for the model '${delivery.call.model}', and this virtual key refuses such models. Enter a price first.`;
    return { code: 'model_unpriced', message };
  }
  return { virtualKey, candidate, secret, unitPrices, rules: rulesOf(virtualKey, candidate) };
}

/** Whether nothing was changed since that could concern the terms. */
export function areInForce({ virtualKey }: Terms, delivery: Delivery): boolean {
  return virtualKeyNow(delivery) === virtualKey;
}

/** Time alone takes nothing back from a call under way: for every time but 0 the end of a grace would. */
function virtualKeyNow({ gateway, secretHash }: Delivery): VirtualKeyEntry | undefined {
  return gateway.workspaces.findVirtualKey(secretHash, 0);
}

function changed(delivery: Delivery, virtualKey: VirtualKeyEntry, chosen: Candidate): Candidate | Refusal {
  const refusal = judgeChanged(virtualKey, delivery);
  return refusal ?? candidateNow(chosen, { virtualKey, call: delivery.call, nowMs: Date.now() });
}

/** Refusals that concern one credential and not the call. */
const ofCandidate: ReadonlySet<string> = new Set([
  'credential_unreadable',
  'model_unpriced',
  'model_not_allowed',
  'no_key_available',
]);

/** Whether another credential may serve where this one cannot. */
export function isOfCandidate({ code }: Refusal, { credential }: Candidate): boolean {
  if (ofCandidate.has(code)) return true;
  return credential.budget !== null && (code === 'budget_exceeded' || code === 'budget_reserved');
}

/** Whether the virtual key refuses the call because nobody knows what it costs. */
function isTooUnsure({ blocksUnpriced }: VirtualKeyEntry, { call }: Delivery, unitPrices: UnitPrices | null): boolean {
  return blocksUnpriced && unitPrices === null && call.match.endpoint.metering !== 'free';
}

function rulesOf(virtualKey: VirtualKeyEntry, { credential }: Candidate): readonly BudgetRule[] {
  return credential.budget === null ? virtualKey.budgets : [...virtualKey.budgets, credential.budget];
}

function pricesFor({ gateway, call }: Delivery, { credential, model }: Candidate): UnitPrices | null {
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
function openSecret({ vault }: Gateway, { credential }: Candidate): Secret | null {
  const { id, workspaceId, version, envelope } = credential;
  try {
    return vault.open(workspaceId, { column: 'credential_versions.envelope', row: id, version }, envelope);
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
