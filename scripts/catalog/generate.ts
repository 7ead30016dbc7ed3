import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { buildCatalog } from './build-catalog.ts';
import { openPackage, PackageUnavailable } from './package-source.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES_FILE = join(import.meta.dirname, 'sources.json');
const OVERLAY_FILE = join(import.meta.dirname, 'overlay.json');
const CATALOG_DIR = join(ROOT, 'src/providers/catalog');
const CATALOG_FILE = join(CATALOG_DIR, 'catalog.json');
const CACHE_DIR = join(ROOT, '.cache/catalog');

const Pinned = z.strictObject({
  name: z.string(),
  version: z.string(),
  integrity: z.string().startsWith('sha512-'),
  path: z.string(),
});

const Sources = z.strictObject({
  pricesOn: z.string(),
  piAi: Pinned,
  piCatalog: Pinned,
  genaiPrices: z.strictObject({ name: z.string(), version: z.string() }),
  /** sha256 of what went in and what came out at the last run, for a check without the packages. */
  recorded: z.strictObject({ overlay: z.string(), generator: z.string(), catalog: z.string() }),
});

type Sources = z.infer<typeof Sources>;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The programs that decide what comes out: this folder, and what it takes from the catalogue folder. */
function generatorText(): string {
  const own = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(import.meta.dirname, name));
  const shared = ['catalog.ts', 'categories.ts', 'family.ts', 'model.ts'].map((name) => join(CATALOG_DIR, name));
  return [...own.toSorted(), ...shared].map((file) => readFileSync(file, 'utf8')).join('\n');
}

function recordOf(catalogText: string): Sources['recorded'] {
  return {
    overlay: sha256(readFileSync(OVERLAY_FILE, 'utf8')),
    generator: sha256(generatorText()),
    catalog: sha256(catalogText),
  };
}

function requireInstalled(pinned: Sources['genaiPrices']): void {
  const file = join(ROOT, 'node_modules', pinned.name, 'package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8')));
  if (version === pinned.version) return;
  throw new Error(
    `${pinned.name} ${version} is installed, sources.json pins ${pinned.version}. Change the one or the other.`,
  );
}

function build(sources: Sources): string {
  requireInstalled(sources.genaiPrices);
  return buildCatalog({
    piAiDir: openPackage(sources.piAi, CACHE_DIR),
    piCatalogDir: openPackage(sources.piCatalog, CACHE_DIR),
    overlayText: readFileSync(OVERLAY_FILE, 'utf8'),
    pricesOn: sources.pricesOn,
  });
}

function checkRecord(sources: Sources, committed: string): string | null {
  const now = recordOf(committed);
  const stale = (['overlay', 'generator', 'catalog'] as const).filter((part) => now[part] !== sources.recorded[part]);
  if (stale.length === 0) return null;
  return `The ${stale.join(' and the ')} changed since catalog.json was made. Run: npm run catalog`;
}

/** Says whether catalog.json is what the sources give; null when it is, else one sentence that says what to do. */
function check(sources: Sources): string | null {
  const committed = readFileSync(CATALOG_FILE, 'utf8');
  try {
    if (build(sources) !== committed) return 'catalog.json is not what its sources give. Run: npm run catalog';
    return checkRecord(sources, committed);
  } catch (error) {
    if (!(error instanceof PackageUnavailable)) throw error;
    console.log(`${error.message} Checking the recorded hashes instead.`);
    return checkRecord(sources, committed);
  }
}

function generate(sources: Sources): void {
  const catalog = build(sources);
  writeFileSync(CATALOG_FILE, catalog);
  writeFileSync(SOURCES_FILE, `${JSON.stringify({ ...sources, recorded: recordOf(catalog) }, null, 2)}\n`);
  console.log(`catalog.json: ${catalog.split('\n').length - 3} models, ${Math.round(catalog.length / 1024)} KiB.`);
}

const sources = Sources.parse(JSON.parse(readFileSync(SOURCES_FILE, 'utf8')));
if (process.argv.includes('--check')) {
  const problem = check(sources);
  console.log(problem ?? 'catalog.json is up to date.');
  process.exitCode = problem === null ? 0 : 1;
} else {
  generate(sources);
}
