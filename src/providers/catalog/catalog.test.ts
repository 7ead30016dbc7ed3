import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { categories } from '../../contract/vocabulary.ts';
import { createCatalog, parseCatalog } from './catalog.ts';
import { categorise } from './categories.ts';
import { type CatalogModel, MODALITIES, MODEL_KINDS } from './model.ts';

const ROOT = join(import.meta.dirname, '../../..');
const text = readFileSync(join(import.meta.dirname, 'catalog.json'), 'utf8');
const models = parseCatalog(text);

const Price = z.number().nonnegative().lt(1_000).nullable();
const Prices = z.object({
  inputUsdPerMillion: Price,
  outputUsdPerMillion: Price,
  cacheReadUsdPerMillion: Price,
  cacheWriteUsdPerMillion: Price,
});
const Day = z
  .string()
  .regex(/^20[12]\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .nullable();
const Tokens = z.int().positive().max(50_000_000).nullable();
const Tiers = z.array(z.strictObject({ ...Prices.shape, inputTokensAbove: z.int().positive() }));
const RarePrice = z.number().positive().lt(1_000).optional();
const Minute = z.int().min(0).max(1440);
const Windows = z
  .array(z.strictObject({ weekdays: z.array(z.int().min(0).max(6)).min(1), startMinute: Minute, endMinute: Minute }))
  .nullable();
const Model = z.strictObject({
  ...Prices.shape,
  id: z.string().min(1).max(200),
  provider: z.string().regex(/^[a-z][a-z0-9-]+$/),
  name: z.string().min(1).max(200),
  family: z.string().nullable(),
  kind: z.enum(MODEL_KINDS),
  categories: z.array(z.enum(categories)),
  contextTokens: Tokens,
  outputTokens: Tokens,
  inputModalities: z.array(z.enum(MODALITIES)).min(1),
  outputModalities: z.array(z.enum(MODALITIES)).min(1),
  reasoning: z.boolean(),
  tools: z.boolean().nullable(),
  tiers: Tiers,
  rarePrices: z.strictObject({
    audioInputUsdPerMillion: RarePrice,
    audioCacheReadUsdPerMillion: RarePrice,
    audioOutputUsdPerMillion: RarePrice,
    imageInputUsdPerMillion: RarePrice,
    imageOutputUsdPerMillion: RarePrice,
    reasoningUsdPerMillion: RarePrice,
    usdPerRequest: z.number().positive().lt(1).optional(),
    isAudioAsText: z.literal(true).optional(),
  }),
  timedPrices: z.array(z.strictObject({ ...Prices.shape, fromDay: Day, windows: Windows, tiers: Tiers })),
  listCurrency: z.enum(['USD', 'CNY']),
  releasedAt: Day,
  deprecatedAt: Day,
  deprecated: z.boolean(),
  openWeights: z.boolean().nullable(),
  source: z.enum(['pi-ai', 'genai-prices', 'pi-catalog', 'overlay']),
});

function nameOf(model: CatalogModel): string {
  return `${model.provider}/${model.id}`;
}

const NO_OUTPUT_BILLED = new Set(['embedding', 'rerank', 'moderation']);

/** Models the overlay says cost nothing; every other 0 would be an unknown price in disguise. */
function knownFree(): Set<string> {
  const Overlay = z.object({
    providers: z.record(
      z.string(),
      z.object({
        models: z.array(
          z.object({
            id: z.string(),
            usd: z.array(z.number().nullable()).optional(),
            cny: z.array(z.number().nullable()).optional(),
          }),
        ),
      }),
    ),
  });
  const overlay = Overlay.parse(JSON.parse(readFileSync(join(ROOT, 'scripts/catalog/overlay.json'), 'utf8')));
  const free = Object.entries(overlay.providers).flatMap(([provider, entry]) =>
    entry.models.filter((model) => (model.usd ?? model.cny)?.[0] === 0).map((model) => `${provider}/${model.id}`),
  );
  return new Set(free);
}

describe('the model catalogue', () => {
  it('holds only well-formed models with sane figures', () => {
    expect(models.length).toBeGreaterThan(1_500);
    const malformed = models.filter((model) => !Model.safeParse(model).success);
    expect(malformed.map(nameOf)).toEqual([]);
  });

  it('lists an id once within its provider, sorted', () => {
    const ids = models.map((model) => `${model.provider} ${model.id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(models.map((model) => model.provider)).toEqual(models.map((model) => model.provider).toSorted());
  });

  it('has models in every category and of every kind', () => {
    const thin = categories.filter(
      (category) => models.filter((each) => each.categories.includes(category)).length < 10,
    );
    expect(thin).toEqual([]);
    expect(MODEL_KINDS.filter((kind) => !models.some((model) => model.kind === kind))).toEqual([]);
  });

  it.each([
    ['openai', 60],
    ['anthropic', 15],
    ['google', 35],
    ['deepseek', 4],
    ['zhipu', 25],
    ['moonshot', 12],
    ['baidu', 20],
    ['alibaba', 55],
    ['azure-openai', 50],
    ['moonshot-intl', 10],
  ])('gives a good list for %s', (provider, least) => {
    const own = models.filter((model) => model.provider === provider);
    expect(own.length).toBeGreaterThanOrEqual(least);
    expect(own.some((model) => model.kind === 'chat')).toBe(true);
  });

  it('never writes 0 for a price it does not know', () => {
    const free = knownFree();
    const isFree = (model: CatalogModel) => model.id.endsWith(':free') || free.has(nameOf(model));
    const suspicious = models.filter(
      (model) =>
        (model.inputUsdPerMillion === 0 && !isFree(model)) ||
        (model.outputUsdPerMillion === 0 && !isFree(model) && !NO_OUTPUT_BILLED.has(model.kind)) ||
        model.cacheReadUsdPerMillion === 0 ||
        model.cacheWriteUsdPerMillion === 0,
    );
    expect(suspicious.map(nameOf)).toEqual([]);
    expect(models.filter(isFree).length).toBeGreaterThan(5);
  });

  it('has ascending tiers that start inside the context', () => {
    const wrong = models.filter((model) => {
      const starts = model.tiers.map((tier) => tier.inputTokensAbove);
      const ascending = starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? start));
      return !ascending || (starts.at(-1) ?? 0) > (model.contextTokens ?? Number.POSITIVE_INFINITY);
    });
    expect(wrong.map(nameOf)).toEqual([]);
    expect(models.filter((model) => model.tiers.length > 0).length).toBeGreaterThan(50);
  });

  it('knows what audio costs wherever a provider asks more for it than for text', () => {
    const rare = (provider: string, id: string) =>
      models.find((model) => model.provider === provider && model.id === id)?.rarePrices;
    expect(rare('openai', 'gpt-audio')).toEqual({ audioInputUsdPerMillion: 32, audioOutputUsdPerMillion: 64 });
    expect(rare('google', 'gemini-2.5-flash')).toEqual({
      audioInputUsdPerMillion: 1,
      audioCacheReadUsdPerMillion: 0.1,
    });
    expect(rare('google-vertex', 'gemini-2.5-flash')).toEqual(rare('google', 'gemini-2.5-flash'));
    expect(rare('google', 'gemini-2.5-pro')).toEqual({ isAudioAsText: true });
    const confused = models.filter(
      (model) =>
        model.rarePrices.isAudioAsText &&
        (model.rarePrices.audioInputUsdPerMillion !== undefined || !model.inputModalities.includes('audio')),
    );
    expect(confused.map(nameOf)).toEqual([]);
  });

  it('prices images apart from the text of the models that write both', () => {
    const image = models.find((model) => model.id === 'gemini-3-pro-image' && model.provider === 'google');
    expect([image?.outputUsdPerMillion, image?.rarePrices.imageOutputUsdPerMillion]).toEqual([12, 120]);
  });

  it('covers with its windows the hours outside the peak, and no hour twice', () => {
    const timed = models.flatMap(({ timedPrices }) => timedPrices.filter(({ windows }) => windows !== null));
    expect(timed.length).toBeGreaterThan(0);
    for (const { windows } of timed) {
      const minutes = (windows ?? []).flatMap(({ weekdays, startMinute, endMinute }) =>
        weekdays.flatMap((weekday) => [weekday * 1440 + startMinute, weekday * 1440 + endMinute - 1]),
      );
      expect(new Set(minutes).size).toBe(minutes.length);
      // 7 of 24 hours are dearer, on five days.
      const total = (windows ?? []).reduce(
        (sum, { weekdays, startMinute, endMinute }) => sum + weekdays.length * (endMinute - startMinute),
        0,
      );
      expect(total).toBe(7 * 1440 - 5 * 7 * 60);
    }
  });

  it('says of each model what the categories rules say of it', () => {
    for (const model of models) {
      const { kind, categories } = categorise(model);
      expect({ id: model.id, kind: model.kind, categories: model.categories }).toEqual({
        id: model.id,
        kind,
        categories,
      });
    }
  });

  it('is what its recorded sources gave', () => {
    const Sources = z.object({ recorded: z.object({ catalog: z.string(), overlay: z.string() }) });
    const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
    const { recorded } = Sources.parse(JSON.parse(read('scripts/catalog/sources.json')));
    const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
    expect(sha256(text)).toBe(recorded.catalog);
    expect(sha256(read('scripts/catalog/overlay.json'))).toBe(recorded.overlay);
  });
});

describe('createCatalog', () => {
  it('reads the file on first use and only once', () => {
    let reads = 0;
    const catalog = createCatalog(() => {
      reads += 1;
      return text;
    });
    expect(reads).toBe(0);
    expect(catalog.models()).toBe(catalog.models());
    expect(catalog.ofProvider('anthropic').length).toBeGreaterThan(10);
    expect(catalog.ofProvider('nobody')).toEqual([]);
    expect(reads).toBe(1);
  });

  it('refuses a catalogue of another schema in words', () => {
    expect(() => parseCatalog('{"schema":99,"models":[]}')).toThrow('schema 99');
  });
});
