import { z } from 'zod';
import type { UsageEventId, WorkspaceId } from '../../contract/ids.ts';
import { isSameModel } from '../../providers/catalog/find-model.ts';
import { noTokens } from '../../providers/usage/usage-reading.ts';
import type { Transaction } from '../database/open.ts';
import { addCosts, type CostedEvent } from '../usage/add-costs.ts';
import { costOf, type PricedLine } from './cost.ts';
import { selectUnpriced, type UnpricedEvent, writeCost } from './reprice.store.ts';
import type { UnitPrices } from './unit-prices.ts';

/** Events that one transaction looks at. */
const EVENTS_PER_STEP = 500;

export interface RepriceInput {
  readonly workspaceId: WorkspaceId;
  readonly provider: string;
  readonly model: string;
  readonly unitPrices: UnitPrices;
  /** Where the step before ended; null at the first. */
  readonly after: { readonly time: number; readonly id: UsageEventId } | null;
}

interface RepriceOutput {
  /** Events that have a cost now. */
  readonly repriced: number;
  /** Where the next step goes on, or null when all events were seen. */
  readonly next: RepriceInput['after'];
}

const Tokens = z.object({
  inputUncached: z.number().default(noTokens.inputUncached),
  cacheRead: z.number().default(noTokens.cacheRead),
  cacheWrite5m: z.number().default(noTokens.cacheWrite5m),
  cacheWrite1h: z.number().default(noTokens.cacheWrite1h),
  audioInput: z.number().default(noTokens.audioInput),
  audioCacheRead: z.number().default(noTokens.audioCacheRead),
  imageInput: z.number().default(noTokens.imageInput),
  output: z.number().default(noTokens.output),
  reasoning: z.number().default(noTokens.reasoning),
  audioOutput: z.number().default(noTokens.audioOutput),
  imageOutput: z.number().default(noTokens.imageOutput),
});

const price = z.number().nullable();
const Prices = z.object({
  inputUncached: price,
  cacheRead: price,
  cacheWrite5m: price,
  cacheWrite1h: price,
  audioInput: price,
  audioCacheRead: price,
  imageInput: price,
  output: price,
  reasoning: price,
  audioOutput: price,
  imageOutput: price,
  perRequest: z.number(),
  source: z.enum(['catalogue', 'override']),
});

const Lines = z.array(z.object({ model: z.string().nullable(), tokens: Tokens, unitPrices: Prices.nullable() }));

type StoredLine = z.output<typeof Lines>[number];

/**
 * One step of pricing what has no price yet: the unpriced events of the model get these prices, and the sums of their
 * hours what they cost, in the caller's transaction. Prices that an event has are never changed, and an event that still
 * lacks one stays unpriced. Doing it again changes nothing.
 */
export async function repriceEvents(transaction: Transaction, input: RepriceInput): Promise<RepriceOutput> {
  const candidates = await selectUnpriced(transaction, { ...input, limit: EVENTS_PER_STEP });
  const costed: CostedEvent[] = [];
  for (const event of candidates) {
    const lines = priceLines(event, input);
    const costNanoUsd = lines === null ? null : costOf(lines);
    if (lines === null || costNanoUsd === null) continue;
    if (!(await writeCost(transaction, { id: event.id, costNanoUsd, lines: JSON.stringify(lines) }))) continue;
    costed.push({ event, costNanoUsd });
  }
  await addCosts(transaction, costed);
  const last = candidates.length === EVENTS_PER_STEP ? candidates.at(-1) : undefined;
  return { repriced: costed.length, next: last === undefined ? null : { time: last.time, id: last.id } };
}

/** The event's lines with the price where they had none, or null where there is nothing to price. */
function priceLines(event: UnpricedEvent, { model, unitPrices }: RepriceInput): StoredLine[] | null {
  const lines = Lines.parse(JSON.parse(event.lines));
  if (lines.length === 0) return null;
  return lines.map((line) => {
    const isMeant = line.model === null || lines.length === 1 || isSameModel(line.model, model);
    return isMeant && isUnpriced(line) ? { ...line, unitPrices } : line;
  });
}

const isUnpriced = (line: PricedLine): boolean => line.unitPrices === null || costOf([line]) === null;
