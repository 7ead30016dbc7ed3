import { ROW_DEFAULTS } from '../../src/providers/catalog/catalog.ts';
import { categorise, idSaysReasoning } from '../../src/providers/catalog/categories.ts';
import { familyOf, openWeightsOf } from '../../src/providers/catalog/family.ts';
import type { CatalogModel, Modality, RarePrices } from '../../src/providers/catalog/model.ts';
import { MODALITIES } from '../../src/providers/catalog/model.ts';
import type { RowPrices, SourceRow } from './source-row.ts';

/** The first row that says anything about a field decides it: rows come in the order of trust. */
function first<Field extends keyof SourceRow>(rows: readonly SourceRow[], field: Field): SourceRow[Field] | undefined {
  return rows.find((row) => row[field] !== undefined)?.[field];
}

/** One source's prices, whole: figures of two lists are mixed only where both agree on input and output. */
function pricesOf(rows: readonly SourceRow[]): RowPrices | undefined {
  const lists = rows.flatMap((row) => (row.prices ? [row.prices] : []));
  const [chosen, ...others] = lists;
  if (!chosen) return undefined;
  const agreeing = others.filter((list) => list.input === chosen.input && list.output === chosen.output);
  return {
    ...chosen,
    cacheRead: chosen.cacheRead ?? agreeing.find((list) => list.cacheRead !== null)?.cacheRead ?? null,
    cacheWrite: chosen.cacheWrite ?? agreeing.find((list) => list.cacheWrite !== null)?.cacheWrite ?? null,
    tiers: chosen.tiers.length > 0 ? chosen.tiers : (agreeing.find((list) => list.tiers.length > 0)?.tiers ?? []),
    timed: chosen.timed.length > 0 ? chosen.timed : (agreeing.find((list) => list.timed.length > 0)?.timed ?? []),
    // Of two figures for one field the more trusted list's stands last, and wins.
    rare: Object.assign({}, ...[chosen, ...agreeing].toReversed().map((list) => list.rare)),
  };
}

/** That audio costs what text costs says something only about models that read audio. */
function rareOf(prices: RowPrices | undefined, inputModalities: readonly Modality[]): RarePrices {
  const { isAudioAsText, ...rare } = prices?.rare ?? {};
  const holds = isAudioAsText && rare.audioInputUsdPerMillion === undefined && inputModalities.includes('audio');
  return holds ? { ...rare, isAudioAsText } : rare;
}

/** `gpt-4o-2024-08-06` and `claude-haiku-4-5-20251001` carry the day they came out. */
function dayInId(id: string): string | undefined {
  const [, year, month, day] = /[-@](20[12]\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:\D|$)/.exec(id) ?? [];
  return year && month && day ? `${year}-${month}-${day}` : undefined;
}

function inOrder(modalities: readonly Modality[]): readonly Modality[] {
  return MODALITIES.filter((modality) => modalities.includes(modality));
}

/**
 * Makes one catalogue model of everything the sources say about it: the patches, then the rows, most trusted first.
 * The model counts as coming from the first row.
 */
export function mergeRows(listed: readonly [SourceRow, ...SourceRow[]], patches: readonly SourceRow[]): CatalogModel {
  const { provider, id, source } = listed[0];
  const rows = [...patches, ...listed];
  const prices = pricesOf(rows);
  const contextTokens = first(rows, 'contextTokens') ?? null;
  const outputTokens = first(rows, 'outputTokens') ?? null;
  const inputModalities = inOrder(first(rows, 'inputModalities') ?? ROW_DEFAULTS.inputModalities);
  const outputModalities = inOrder(first(rows, 'outputModalities') ?? ROW_DEFAULTS.outputModalities);
  const reasoning = first(rows, 'reasoning') ?? idSaysReasoning(id);
  const said = { id, kind: first(rows, 'kind'), contextTokens, inputModalities, outputModalities, reasoning };
  const { kind, categories } = categorise(said);
  // These give back no tokens that anyone bills: their output costs nothing, which is known and not unknown.
  const outputIsFree = kind === 'embedding' || kind === 'rerank' || kind === 'moderation';
  const deprecatedAt = first(rows, 'deprecatedAt') ?? null;
  return {
    id,
    provider,
    name: first(rows, 'name') ?? id,
    family: familyOf(id),
    kind,
    categories,
    contextTokens,
    // Some sources repeat a larger figure of another host: a model cannot write more than it can hold.
    outputTokens:
      contextTokens !== null && outputTokens !== null ? Math.min(outputTokens, contextTokens) : outputTokens,
    inputModalities,
    outputModalities,
    reasoning: kind === 'chat' && reasoning,
    tools: kind === 'chat' ? (first(rows, 'tools') ?? null) : null,
    inputUsdPerMillion: prices?.input ?? null,
    outputUsdPerMillion: prices?.output ?? (outputIsFree && prices?.input !== undefined ? 0 : null),
    cacheReadUsdPerMillion: prices?.cacheRead ?? null,
    cacheWriteUsdPerMillion: prices?.cacheWrite ?? null,
    // A list shared by several models can have a step that this one's context never reaches.
    tiers: (prices?.tiers ?? []).filter((tier) => tier.inputTokensAbove <= (contextTokens ?? Number.POSITIVE_INFINITY)),
    rarePrices: rareOf(prices, inputModalities),
    timedPrices: prices?.timed ?? [],
    listCurrency: prices?.currency ?? 'USD',
    releasedAt: first(rows, 'releasedAt') ?? dayInId(id) ?? null,
    deprecatedAt,
    deprecated: first(rows, 'deprecated') ?? deprecatedAt !== null,
    openWeights: first(rows, 'openWeights') ?? openWeightsOf(id),
    source,
  };
}
