// Writes the generated part of docs/reference/ from the code that owns the facts. With --check it writes nothing and
// fails with the names of the files that are out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderErrorsReference } from '../src/contract/errors-reference.ts';
import { renderOpenApi } from '../src/contract/openapi.ts';
import { renderPermissionsReference } from '../src/contract/permissions-reference.ts';
import { renderConfigReference } from '../src/server/config-reference.ts';
import { rootDirectory } from './bootstrap/paths.mjs';
import { renderProvidersReference } from './render-providers-reference.ts';

const files: Record<string, () => string> = {
  'docs/reference/openapi.json': () => JSON.stringify(renderOpenApi(), null, 2),
  'docs/reference/errors.md': renderErrorsReference,
  'docs/reference/permissions.md': renderPermissionsReference,
  'docs/reference/config.md': renderConfigReference,
  'docs/reference/providers.md': renderProvidersReference,
};

function run(check: boolean): void {
  const stale: string[] = [];
  for (const [path, render] of Object.entries(files)) {
    const content = `${render().trimEnd()}\n`;
    const absolute = join(rootDirectory, path);
    if (readOrEmpty(absolute) === content) continue;
    stale.push(path);
    if (check) continue;
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
  }
  for (const path of stale) console.log(check ? `out of date: ${path}` : `written: ${path}`);
  if (check && stale.length > 0) {
    console.log('Run npm run generate and commit the result.');
    process.exitCode = 1;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

run(process.argv.includes('--check'));
