import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const rootDirectory = fileURLToPath(new URL('../..', import.meta.url));
export const modulesDirectory = join(rootDirectory, 'node_modules');
/** Working files that git ignores: logs, locks, half-made builds. */
export const cacheDirectory = join(rootDirectory, '.cache');
export const distDirectory = join(rootDirectory, 'dist');
export const lockfilePath = join(rootDirectory, 'package-lock.json');
