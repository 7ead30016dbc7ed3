import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Modality, ModelKind, PriceTier, PriceWindow, TimedPrices } from '../../src/providers/catalog/model.ts';
import { priceOrNull, type RowPrices, roundUsd, type SourceRow, tokensOrUndefined } from './source-row.ts';

const Cost = z.object({
  input: z.number().default(0),
  output: z.number().default(0),
  cacheRead: z.number().default(0),
  cacheWrite: z.number().default(0),
});

const Window = z.object({ weekdays: z.array(z.int().min(0).max(6)), startMinute: z.int(), endMinute: z.int() });

const PiModel = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  type: z.string().optional(),
  kind: z.string().optional(),
  reasoning: z.boolean().optional(),
  input: z.array(z.enum(['text', 'image', 'audio', 'video', 'pdf'])).default(['text']),
  output: z.array(z.enum(['text', 'image', 'audio', 'video'])).optional(),
  cost: Cost.extend({
    tiers: z.array(Cost.extend({ inputTokensAbove: z.number() })).optional(),
    longContext: Cost.extend({
      inputThreshold: z.number(),
      inputThresholdInclusive: z.boolean().default(false),
    }).optional(),
    /** The prices are those of the peak windows, UTC; outside them they are multiplied. */
    timeBased: z.object({ offPeakMultiplier: z.number().positive(), peakWindows: z.array(Window) }).optional(),
  }),
  contextWindow: z.number().nullish(),
  maxTokens: z.number().nullish(),
  supportsTools: z.boolean().optional(),
});

type PiModel = z.infer<typeof PiModel>;

// pi-ai says `type`, pi-catalog says `kind`; a judge and a classifier both sort text, as a moderation model does.
const KINDS: Record<string, ModelKind> = {
  chat: 'chat',
  image: 'image',
  embedding: 'embedding',
  rerank: 'rerank',
  video: 'video',
  tts: 'audio',
  stt: 'audio',
  classifier: 'moderation',
  judge: 'moderation',
};

const MODALITIES_OF_KIND: Record<string, { input: readonly Modality[]; output: readonly Modality[] }> = {
  image: { input: ['text', 'image'], output: ['image'] },
  video: { input: ['text', 'image'], output: ['video'] },
  tts: { input: ['text'], output: ['audio'] },
  stt: { input: ['audio'], output: ['text'] },
};

const MINUTES_PER_DAY = 24 * 60;

/** The parts of each weekday that no peak window covers. */
function gapsBetween(peaks: readonly PriceWindow[]): PriceWindow[] {
  return [0, 1, 2, 3, 4, 5, 6].flatMap((weekday) => {
    const covered = peaks.filter((peak) => peak.weekdays.includes(weekday));
    const starts = [0, ...covered.map((peak) => peak.endMinute)].toSorted((one, other) => one - other);
    const ends = [...covered.map((peak) => peak.startMinute), MINUTES_PER_DAY].toSorted((one, other) => one - other);
    return starts.flatMap((startMinute, index) => {
      const endMinute = ends[index] ?? startMinute;
      return endMinute > startMinute ? [{ weekdays: [weekday], startMinute, endMinute }] : [];
    });
  });
}

function timedPricesOf({ timeBased, ...cost }: PiModel['cost']): TimedPrices[] {
  if (timeBased === undefined) return [];
  const gaps = Map.groupBy(gapsBetween(timeBased.peakWindows), (gap) => `${gap.startMinute}-${gap.endMinute}`);
  const windows = [...gaps.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, weekdays: [first, ...others].flatMap(({ weekdays }) => weekdays) }],
  );
  const offPeak = (usd: number): number | null => {
    const price = priceOrNull(usd);
    return price === null ? null : roundUsd(price * timeBased.offPeakMultiplier);
  };
  return [
    {
      fromDay: null,
      windows,
      inputUsdPerMillion: offPeak(cost.input),
      outputUsdPerMillion: offPeak(cost.output),
      cacheReadUsdPerMillion: offPeak(cost.cacheRead),
      cacheWriteUsdPerMillion: offPeak(cost.cacheWrite),
      tiers: [],
    },
  ];
}

function tiersOf({ tiers = [], longContext }: PiModel['cost']): PriceTier[] {
  const above = longContext && longContext.inputThreshold - (longContext.inputThresholdInclusive ? 1 : 0);
  const listed = above === undefined ? tiers : [{ ...longContext, inputTokensAbove: above }];
  return listed.map((tier) => ({
    inputTokensAbove: tier.inputTokensAbove,
    inputUsdPerMillion: priceOrNull(tier.input),
    outputUsdPerMillion: priceOrNull(tier.output),
    cacheReadUsdPerMillion: priceOrNull(tier.cacheRead),
    cacheWriteUsdPerMillion: priceOrNull(tier.cacheWrite),
  }));
}

function pricesOf(model: PiModel): RowPrices | undefined {
  const { cost } = model;
  // Both sources write 0 for a plan or an unknown price; only OpenRouter's `:free` routes really cost nothing.
  const free = cost.input === 0 && cost.output === 0 && model.id.endsWith(':free');
  const input = free ? 0 : priceOrNull(cost.input);
  if (input === null) return undefined;
  return {
    input,
    output: free ? 0 : priceOrNull(cost.output),
    cacheRead: priceOrNull(cost.cacheRead),
    cacheWrite: priceOrNull(cost.cacheWrite),
    tiers: tiersOf(cost),
    rare: {},
    timed: timedPricesOf(cost),
    currency: 'USD',
  };
}

function toRow(model: PiModel, provider: string, source: 'pi-ai' | 'pi-catalog'): SourceRow {
  const said = model.kind ?? model.type ?? 'chat';
  const kind = KINDS[said] ?? 'chat';
  const modalities = MODALITIES_OF_KIND[said];
  return {
    provider,
    id: model.id,
    source,
    // pi-catalog repeats the id where it knows no name; in pi-ai the id is the name (`o3-mini`).
    name: source === 'pi-catalog' && model.name === model.id ? undefined : model.name,
    kind,
    contextTokens: tokensOrUndefined(model.contextWindow),
    outputTokens: tokensOrUndefined(model.maxTokens),
    inputModalities: modalities?.input ?? model.input,
    outputModalities: model.output ?? modalities?.output,
    reasoning: kind === 'chat' ? model.reasoning : false,
    // pi-ai lists only chat models that take tools; pi-catalog lists all and says where one does not.
    tools: kind === 'chat' ? (model.supportsTools ?? (source === 'pi-ai' ? true : undefined)) : undefined,
    prices: pricesOf(model),
  };
}

/** Reads `dist/providers/data/<provider>.json` of the unpacked pi-ai package. A model is listed once, chat first. */
export function readPiAi(packageDir: string, sourceProvider: string, provider: string): SourceRow[] {
  const file = join(packageDir, 'dist/providers/data', `${sourceProvider}.json`);
  const apis = z.record(z.string(), z.record(z.string(), PiModel)).parse(JSON.parse(readFileSync(file, 'utf8')));
  const models = Object.values(apis).flatMap((byKey) => Object.values(byKey));
  const chatFirst = models.toSorted((one, other) => Number(one.type !== 'chat') - Number(other.type !== 'chat'));
  const rows = new Map<string, SourceRow>();
  for (const model of chatFirst) if (!rows.has(model.id)) rows.set(model.id, toRow(model, provider, 'pi-ai'));
  return [...rows.values()];
}

/** Reads `src/models.json` of the unpacked pi-catalog package once, for every provider. */
export function openPiCatalog(packageDir: string): (sourceProvider: string, provider: string) => SourceRow[] {
  const text = readFileSync(join(packageDir, 'src/models.json'), 'utf8');
  const file = z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(text));
  return (sourceProvider, provider) =>
    Object.values(file[sourceProvider] ?? {}).map((model) => toRow(PiModel.parse(model), provider, 'pi-catalog'));
}
