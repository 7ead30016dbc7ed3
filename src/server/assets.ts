import { readFileSync } from 'node:fs';

/** True in the built product, where this file is part of dist/*.js; false when the sources run as they are. */
const isBundled = import.meta.url.endsWith('.js');
const root = isBundled ? new URL('../', import.meta.url) : new URL('../../', import.meta.url);

/** Files that ship beside the program. */
export const assets = {
  web: new URL('dist/web/', root),
  docs: new URL('dist/docs/', root),
  usageWorker: isBundled ? new URL('dist/usage-worker.js', root) : new URL('src/server/usage/usage-worker.ts', root),
  catalog: isBundled ? new URL('dist/catalog.json', root) : new URL('src/providers/catalog/catalog.json', root),
} as const;

export function readVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  return version;
}
