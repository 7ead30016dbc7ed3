import type { CatalogModel } from './model.ts';

const PATH_PREFIX = /^(models\/|publishers\/[^/]+\/models\/|accounts\/[^/]+\/(models|deployments)\/)/;
const REGION_PREFIX = /^(us|eu|apac|global|jp|au|ca|us-gov)\./;
const ROUTE_SUFFIX = /:(free|extended|thinking|online|nitro|floor|beta|latest|exacto)$/;
// Only as Bedrock writes it (`-v1:0`): the v3 of deepseek-v3 is the model itself.
const VERSION_SUFFIX = /-v\d+:\d+$/;
const LATEST_SUFFIX = /[-@](latest|default)$/;
const DATE_SUFFIX = /[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{4}|\d{6}|\d{4}|\d{2}-\d{2}|00\d)$/;
const PREVIEW_SUFFIX = /-(preview|exp|beta|stable)$/;

/** Longest first: each step gives up a little more of what was asked for. */
function* strippedForms(id: string): Generator<string> {
  let form = id.trim().toLowerCase();
  yield form;
  const steps = [PATH_PREFIX, REGION_PREFIX, ROUTE_SUFFIX, VERSION_SUFFIX, LATEST_SUFFIX, DATE_SUFFIX, PREVIEW_SUFFIX];
  for (const step of steps) {
    const shorter = form.replace(step, '');
    // A dated preview (`gpt-4-1106-preview`) is a model of its own: never fall through to the undated one.
    if (shorter !== form && shorter !== '' && !(step === PREVIEW_SUFFIX && DATE_SUFFIX.test(shorter))) {
      form = shorter;
      yield form;
    }
  }
}

/** Names come from clients and replies: so many are kept, and all are forgotten when there are more. */
const KEPT_MAX = 2000;
const baseForms = new Map<string, string>();

function baseForm(id: string): string {
  const known = baseForms.get(id);
  if (known !== undefined) return known;
  let last = id;
  for (const form of strippedForms(id)) last = form;
  if (baseForms.size >= KEPT_MAX) baseForms.clear();
  baseForms.set(id, last);
  return last;
}

/**
 * Whether two names mean the same model: both the same but for path, region, version, date and preview marks, as the
 * name that was asked for and the name in the reply are.
 */
export function isSameModel(one: string, other: string): boolean {
  return one === other || (baseForm(one) === baseForm(other) && routeOf(one) === routeOf(other));
}

/** The mark by which some hosts sell one model in several ways (`:free`, `:nitro`), or null. `latest` is none. */
export function routeOf(id: string): string | null {
  const route = ROUTE_SUFFIX.exec(id.trim().toLowerCase())?.[1] ?? null;
  return route === 'latest' ? null : route;
}

interface ModelIndex {
  readonly byId: ReadonlyMap<string, CatalogModel>;
  /** Base form to the newest model that has it. */
  readonly byBase: ReadonlyMap<string, CatalogModel>;
}

const indexes = new WeakMap<readonly CatalogModel[], ModelIndex>();

function isNewer(candidate: CatalogModel, current: CatalogModel): boolean {
  if (candidate.deprecated !== current.deprecated) return current.deprecated;
  return candidate.id > current.id;
}

function indexOf(models: readonly CatalogModel[]): ModelIndex {
  const known = indexes.get(models);
  if (known) return known;
  const byId = new Map<string, CatalogModel>();
  const byBase = new Map<string, CatalogModel>();
  for (const model of models) {
    const id = model.id.toLowerCase();
    if (!byId.has(id)) byId.set(id, model);
    const base = baseForm(id);
    const current = byBase.get(base);
    if (!current || isNewer(model, current)) byBase.set(base, model);
  }
  const index = { byId, byBase };
  indexes.set(models, index);
  return index;
}

/**
 * Finds the model that an id or an alias of it means, among one provider's models: exactly, then without path and
 * region prefix, route, version, `latest`, date and preview suffix, longest form first; last, an undated alias finds
 * the newest dated model. A name that differs in anything else (`gpt-5-ultra`) is `null`, so that it is never
 * priced as its shorter neighbour.
 */
export function findModel(models: readonly CatalogModel[], idOrAlias: string): CatalogModel | null {
  const index = indexOf(models);
  // Its first form, for ids in the index are trimmed and in lower case.
  const asWritten = index.byId.get(idOrAlias);
  if (asWritten !== undefined) return asWritten;
  let last = '';
  for (const form of strippedForms(idOrAlias)) {
    const exact = index.byId.get(form);
    if (exact) return exact;
    last = form;
  }
  return index.byBase.get(last) ?? null;
}
