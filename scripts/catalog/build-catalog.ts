import { ROW_DEFAULTS } from '../../src/providers/catalog/catalog.ts';
import type { CatalogModel } from '../../src/providers/catalog/model.ts';
import { mergeRows } from './merge-rows.ts';
import { PROVIDER_SOURCES, type ProviderSource } from './provider-sources.ts';
import { readGenaiPrices } from './read-genai-prices.ts';
import { type OverlayFile, readOverlay } from './read-overlay.ts';
import { openPiCatalog, readPiAi } from './read-pi.ts';
import type { RowPrices, SourceRow } from './source-row.ts';

interface CatalogInputs {
  readonly piAiDir: string;
  readonly piCatalogDir: string;
  readonly overlayText: string;
  /** The day whose prices hold, YYYY-MM-DD: that of the newest source, not today's, so that every run gives the same. */
  readonly pricesOn: string;
}

type Reader = (source: ProviderSource, provider: string) => SourceRow[];

function openReaders(inputs: CatalogInputs): Reader {
  const readPiCatalog = openPiCatalog(inputs.piCatalogDir);
  return (source, provider) => {
    if (source.from === 'pi-ai') return readPiAi(inputs.piAiDir, source.as, provider);
    if (source.from === 'pi-catalog') return readPiCatalog(source.as, provider);
    return readGenaiPrices(source.as, provider, inputs.pricesOn);
  };
}

function pricesFrom(source: ProviderSource, { prices }: SourceRow): RowPrices | undefined {
  if (source.withoutPrices) return undefined;
  return source.audioAsText && prices ? { ...prices, rare: { ...prices.rare, isAudioAsText: true } } : prices;
}

function modelsOf(provider: string, overlay: OverlayFile, read: Reader): CatalogModel[] {
  const byId = new Map<string, [SourceRow, ...SourceRow[]]>();
  const complete = (row: SourceRow, lists: boolean): void => {
    const known = byId.get(row.id);
    if (known) known.push(row);
    else if (lists) byId.set(row.id, [row]);
  };
  for (const row of overlay.rowsOf(provider)) complete(row, true);
  for (const source of PROVIDER_SOURCES[provider] ?? []) {
    for (const found of read(source, provider)) {
      const lists = source.lists === undefined || source.lists.test(found.id);
      const id = source.rename?.(found.id) ?? found.id;
      complete({ ...found, id, prices: pricesFrom(source, found) }, lists);
    }
  }
  return [...byId.values()].map((rows) => mergeRows(rows, overlay.patchesOf(provider, rows[0].id)));
}

/** Azure deploys OpenAI's models at OpenAI's prices; its own list lacks those that do not chat. */
function azureCopies(models: readonly CatalogModel[]): CatalogModel[] {
  const listed = new Set(models.filter((model) => model.provider === 'azure-openai').map((model) => model.id));
  return models
    .filter((model) => model.provider === 'openai' && ['embedding', 'image', 'audio', 'video'].includes(model.kind))
    .filter((model) => !listed.has(model.id))
    .map((model) => ({ ...model, provider: 'azure-openai' }));
}

const DEFAULTS: Readonly<Record<string, unknown>> = ROW_DEFAULTS;

function toRow(model: CatalogModel): string {
  const entries = Object.entries(model).filter(([field, value]) => {
    if (field === 'name') return value !== model.id;
    const silent = DEFAULTS[field];
    return silent === undefined || JSON.stringify(silent) !== JSON.stringify(value);
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Makes the text of catalog.json, one model a line: the same inputs always give the same bytes. */
export function buildCatalog(inputs: CatalogInputs): string {
  const overlay = readOverlay(inputs.overlayText);
  const read = openReaders(inputs);
  const providers = [...new Set([...Object.keys(PROVIDER_SOURCES), ...overlay.providers])];
  const models = providers.flatMap((provider) => modelsOf(provider, overlay, read));
  const all = [...models, ...azureCopies(models)].toSorted(
    (one, other) => compare(one.provider, other.provider) || compare(one.id, other.id),
  );
  return `{"schema":1,"models":[\n${all.map(toRow).join(',\n')}\n]}\n`;
}
