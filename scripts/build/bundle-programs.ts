import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { rootDirectory } from '../bootstrap/paths.mjs';

// Some dependencies are CommonJS and call require(); __dirname is for those that look for files beside them.
const requireForCommonJs = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  'const __dirname = import.meta.dirname;',
  'const __filename = import.meta.filename;',
].join('\n');

/**
 * Bundles the server, its usage thread and the auditor's verifier with all their dependencies, each into one file, so
 * `import.meta.dirname` of every module in it is the directory it is in.
 * @returns what was made, for the person who waits
 */
export async function bundlePrograms(directory: string): Promise<string> {
  const server = join(directory, 'server.js');
  await build({
    absWorkingDir: rootDirectory,
    entryPoints: {
      server: 'src/server/main.ts',
      'usage-worker': 'src/server/usage/usage-worker.ts',
      'verify-audit': 'src/server/verify-audit.ts',
    },
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'external',
    legalComments: 'linked',
    external: ['pg-native'],
    banner: { js: requireForCommonJs },
    logLevel: 'warning',
  });
  return `server.js ${Math.round(statSync(server).size / 1000)} kB`;
}
