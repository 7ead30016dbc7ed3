import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { rootDirectory } from '../bootstrap/paths.mjs';

const compressible = /\.(?:js|css|html|svg|json|txt|webmanifest)$/;
const compressFromBytes = 512;
// The best quality takes seconds per megabyte and saves two per cent.
const slowFromBytes = 400_000;

/**
 * Builds the web app into `directory` and puts a `.br` and a `.gz` beside each text file.
 * @returns the size of what the first page loads
 */
export async function buildWeb(directory: string): Promise<string> {
  await build({
    configFile: join(rootDirectory, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: directory, emptyOutDir: true },
  });
  const gzipBytes = await precompress(directory);
  const first = firstPageFiles(directory);
  return `first page ${sum(first.scripts, gzipBytes)} JavaScript, ${sum(first.styles, gzipBytes)} CSS (gzip)`;
}

/** Compresses every text file below `directory` and returns the gzip size of each, by its path inside it. */
export async function precompress(directory: string): Promise<Map<string, number>> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => compressible.test(name));
  const sizes = await Promise.all(names.map((name) => compressFile(join(directory, name))));
  return new Map(names.map((name, index) => [name.replaceAll('\\', '/'), sizes[index] ?? 0]));
}

async function compressFile(path: string): Promise<number> {
  const content = readFileSync(path);
  const zipped = await promisify(gzip)(content, { level: 9 });
  if (content.length < compressFromBytes) return zipped.length;
  writeFileSync(`${path}.gz`, zipped);
  const quality = content.length > slowFromBytes ? 9 : 11;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  return zipped.length;
}

/** The scripts and styles that index.html names: what a browser loads before anything is shown. */
function firstPageFiles(directory: string): { scripts: string[]; styles: string[] } {
  const html = readFileSync(join(directory, 'index.html'), 'utf8');
  const names = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].flatMap(([, name]) => (name ? [name] : []));
  return {
    scripts: names.filter((name) => name.endsWith('.js')),
    styles: names.filter((name) => name.endsWith('.css')),
  };
}

function sum(names: string[], gzipBytes: Map<string, number>): string {
  const bytes = names.reduce((total, name) => total + (gzipBytes.get(name) ?? 0), 0);
  return `${(bytes / 1000).toFixed(1)} kB`;
}
