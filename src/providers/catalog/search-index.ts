import { isResold } from './family.ts';
import type { CatalogModel } from './model.ts';

/** Provider id to every name a person may type for it, in any language. */
export type ProviderNames = ReadonlyMap<string, readonly string[]>;

/** One model as the search sees it: lower case, compatibility forms folded, no punctuation, no spaces. */
export interface SearchableModel {
  readonly model: CatalogModel;
  readonly id: string;
  /** The id behind its last slash: `openai/gpt-4o` is `gpt4o`. */
  readonly bareId: string;
  readonly name: string;
  readonly family: string;
  readonly provider: string;
  /** All of the above, each word with a mark before it, so that one look-up tells whether a word starts with a token. */
  readonly words: string;
}

const DATED = /[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{4}|\d{6}|\d{4})(-v\d+:\d+)?$/;
const ASCII = /^[\x20-\x7e]*$/;
const WORD_MARK = ' ';

export function compact(text: string): string {
  // Ids and nearly all names are ASCII, where the plain pattern is several times faster.
  if (ASCII.test(text)) return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** Words of a text: runs of Han characters and runs of anything else, without their punctuation. */
export function tokensOf(text: string): string[] {
  const parts = text.normalize('NFKC').match(/\p{Script=Han}+|[^\p{Script=Han}\s]+/gu) ?? [];
  return parts.map(compact).filter((part) => part !== '');
}

function wordsOf(text: string): string {
  const plain = ASCII.test(text);
  const lowered = plain ? text.toLowerCase() : text.normalize('NFKC').toLowerCase();
  const words = plain ? lowered.match(/[a-z]+|[0-9]+/g) : lowered.match(/\p{Script=Han}+|\p{L}+|\p{N}+/gu);
  return WORD_MARK + (words ?? []).join(WORD_MARK);
}

function searchable(model: CatalogModel, provider: string, providerWords: string): SearchableModel {
  return {
    model,
    id: compact(model.id),
    bareId: compact(model.id.slice(model.id.lastIndexOf('/') + 1)),
    name: compact(model.name),
    family: compact(model.family ?? ''),
    provider,
    words: wordsOf(`${model.id} ${model.family ?? ''}`) + wordsOf(model.name) + providerWords,
  };
}

export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The newest first, models of unknown age last. */
export function compareNewest(one: CatalogModel, other: CatalogModel): number {
  if (one.releasedAt === null || other.releasedAt === null) {
    return Number(one.releasedAt === null) - Number(other.releasedAt === null);
  }
  return compareText(other.releasedAt, one.releasedAt);
}

interface Standing {
  readonly model: CatalogModel;
  readonly resold: boolean;
  readonly dated: boolean;
}

/** What a person most likely means: models in service, their maker's own, undated ids, the newest. A total order. */
function compareStanding(one: Standing, other: Standing): number {
  return (
    Number(one.model.deprecated) - Number(other.model.deprecated) ||
    Number(one.resold) - Number(other.resold) ||
    Number(one.dated) - Number(other.dated) ||
    compareNewest(one.model, other.model) ||
    compareText(one.model.name, other.model.name) ||
    compareText(one.model.provider, other.model.provider) ||
    compareText(one.model.id, other.model.id)
  );
}

const indexes = new WeakMap<readonly CatalogModel[], { names: ProviderNames; rows: readonly SearchableModel[] }>();

function build(models: readonly CatalogModel[], names: ProviderNames): readonly SearchableModel[] {
  const providers = new Map<string, { text: string; words: string }>();
  for (const { provider } of models) {
    if (providers.has(provider)) continue;
    const own = [provider, ...(names.get(provider) ?? [])];
    providers.set(provider, { text: own.map(compact).join(WORD_MARK), words: own.map(wordsOf).join('') });
  }
  const standings = models.map((model) => ({
    model,
    resold: isResold(model.provider, model.id),
    dated: DATED.test(model.id),
  }));
  return standings.toSorted(compareStanding).map(({ model }) => {
    const provider = providers.get(model.provider);
    return searchable(model, provider?.text ?? '', provider?.words ?? '');
  });
}

/** The search form of a list, best standing first, made once for each list and set of provider names. */
export function searchableModels(models: readonly CatalogModel[], names: ProviderNames): readonly SearchableModel[] {
  const known = indexes.get(models);
  if (known?.names === names) return known.rows;
  const rows = build(models, names);
  indexes.set(models, { names, rows });
  return rows;
}

/** How well one token fits, 0 for not at all: in the id, then the name, then the family and the provider's names. */
export function tokenScore(row: SearchableModel, token: string): number {
  if (row.bareId.startsWith(token)) return 40;
  const startsWord = row.words.includes(WORD_MARK + token);
  if (row.id.includes(token)) return startsWord ? 30 : 20;
  if (row.name.includes(token)) return startsWord ? 25 : 15;
  if (row.family.includes(token)) return 12;
  if (row.provider.includes(token)) return startsWord ? 10 : 6;
  return 0;
}
