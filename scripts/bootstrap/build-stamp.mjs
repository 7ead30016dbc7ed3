import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDirectory } from './paths.mjs';

const inputFolders = ['src', 'scripts/build'];
const inputFiles = ['scripts/build.ts', 'package-lock.json', 'package.json', 'tsconfig.json', 'vite.config.ts'];

/** What dist/ is made from, as one hash. Tests are left out: they change nothing in the product. */
export function computeBuildStamp() {
  const hash = createHash('sha256');
  for (const path of [...inputFolders.flatMap(listFiles), ...inputFiles].sort()) {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(rootDirectory, path)));
    hash.update('\0');
  }
  return `${hash.digest('hex')}\n`;
}

/**
 * @param {string} folder relative to the root
 * @returns {string[]} paths of all files below it that reach the product
 */
function listFiles(folder) {
  return readdirSync(join(rootDirectory, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (path === 'src/testing' || /\.test\.tsx?$/.test(path)) return [];
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}
