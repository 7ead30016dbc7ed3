import { z } from 'zod';
import { MODALITIES, MODEL_KINDS } from '../../src/providers/catalog/model.ts';
import { type RowPrices, roundUsd, type SourceRow } from './source-row.ts';

const Day = z.string().regex(/^20\d{2}-\d{2}-\d{2}$/);
const Price = z.number().nonnegative().lt(10_000).nullable();

/** `[input, output, cacheRead, cacheWrite]` per million tokens; null, or left out at the end, is unknown. */
const PriceList = z.array(Price).min(1).max(4);

const Facts = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  kind: z.enum(MODEL_KINDS).optional(),
  context: z.int().positive().optional(),
  output: z.int().positive().optional(),
  reads: z.array(z.enum(MODALITIES)).min(1).optional(),
  writes: z.array(z.enum(MODALITIES)).min(1).optional(),
  reasoning: z.boolean().optional(),
  tools: z.boolean().optional(),
  usd: PriceList.optional(),
  cny: PriceList.optional(),
  /** Steps of the same list: `[inputTokensAbove, input, output, cacheRead, cacheWrite]`, the last two if known. */
  tiers: z.array(z.tuple([z.int().positive(), Price, Price], Price)).optional(),
  /** US dollars per million image tokens that a model writes, where its list prices them apart from text. */
  usdImageOutput: z.number().positive().lt(10_000).optional(),
  released: Day.optional(),
  shutdown: Day.optional(),
  deprecated: z.boolean().optional(),
  openWeights: z.boolean().optional(),
});

const Overlay = z.strictObject({
  about: z.array(z.string()),
  /** The rate at which `cny` lists are turned into dollars. */
  cnyPerUsd: z.number().positive(),
  providers: z.record(
    z.string(),
    z.strictObject({
      evidence: z.array(z.string()).min(1),
      models: z.array(Facts.extend({ id: z.string().min(1).max(200) })),
    }),
  ),
  /** Facts about models that other sources list: those whose id matches, among the providers named. */
  patches: z.array(
    z.strictObject({
      providers: z.array(z.string()).min(1),
      match: z.string().min(1),
      evidence: z.string(),
      set: Facts,
    }),
  ),
  /** When a model came out, by its bare id in lower case, whoever serves it. From models.dev. */
  releases: z.record(z.string(), Day),
});

type Facts = z.infer<typeof Facts>;

export interface OverlayFile {
  readonly providers: readonly string[];
  /** The overlay's own models of a provider. */
  rowsOf(provider: string): SourceRow[];
  /** What the patches say about a model, the first patch winning; has no field that no patch sets. */
  patchesOf(provider: string, id: string): SourceRow[];
}

function bareId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}

function pricesOf(facts: Facts, cnyPerUsd: number): RowPrices | undefined {
  const list = facts.usd ?? facts.cny;
  if (!list) return undefined;
  const inUsd = (price: number | null | undefined): number | null => {
    if (price === null || price === undefined) return null;
    return roundUsd(facts.usd ? price : Math.round((price / cnyPerUsd) * 1e4) / 1e4);
  };
  return {
    input: inUsd(list[0]),
    output: inUsd(list[1]),
    cacheRead: inUsd(list[2]),
    cacheWrite: inUsd(list[3]),
    tiers: (facts.tiers ?? []).map(([above, input, output, cacheRead, cacheWrite]) => ({
      inputTokensAbove: above,
      inputUsdPerMillion: inUsd(input),
      outputUsdPerMillion: inUsd(output),
      cacheReadUsdPerMillion: inUsd(cacheRead),
      cacheWriteUsdPerMillion: inUsd(cacheWrite),
    })),
    rare: facts.usdImageOutput === undefined ? {} : { imageOutputUsdPerMillion: facts.usdImageOutput },
    timed: [],
    currency: facts.usd ? 'USD' : 'CNY',
  };
}

function toRow(provider: string, id: string, facts: Facts, cnyPerUsd: number): SourceRow {
  return {
    provider,
    id,
    source: 'overlay',
    name: facts.name,
    kind: facts.kind,
    contextTokens: facts.context,
    outputTokens: facts.output,
    inputModalities: facts.reads,
    outputModalities: facts.writes,
    reasoning: facts.reasoning,
    tools: facts.tools,
    prices: pricesOf(facts, cnyPerUsd),
    releasedAt: facts.released,
    deprecatedAt: facts.shutdown,
    deprecated: facts.deprecated ?? (facts.shutdown === undefined ? undefined : true),
    openWeights: facts.openWeights,
  };
}

/** Reads overlay.json. Throws with the path of the field that is wrong. */
export function readOverlay(text: string): OverlayFile {
  const overlay = Overlay.parse(JSON.parse(text));
  const patches = overlay.patches.map((patch) => ({ ...patch, pattern: new RegExp(patch.match) }));
  return {
    providers: Object.keys(overlay.providers),
    rowsOf: (provider) =>
      (overlay.providers[provider]?.models ?? []).map((facts) => toRow(provider, facts.id, facts, overlay.cnyPerUsd)),
    patchesOf: (provider, id) => {
      const fitting = patches.filter((patch) => patch.providers.includes(provider) && patch.pattern.test(id));
      const rows = fitting.map((patch) => toRow(provider, id, patch.set, overlay.cnyPerUsd));
      return [...rows, toRow(provider, id, { released: overlay.releases[bareId(id)] }, overlay.cnyPerUsd)];
    },
  };
}
