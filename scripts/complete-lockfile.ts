// npm leaves an optional package for another platform out of package-lock.json when the registry in use does not carry
// it, and `npm ci` then refuses the whole lockfile as out of date. This adds the missing entries: version and platform
// as their parents name them, no integrity hash, because their content was never seen. npm installs such an entry only
// on the platform it is for. With --check nothing is written and a missing entry is a failure.
import { readFileSync, writeFileSync } from 'node:fs';
import { lockfilePath } from './bootstrap/paths.mjs';

interface LockEntry {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  license?: string;
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lockfile {
  packages: Record<string, LockEntry>;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'x64', 'ia32', 'riscv64', 's390x', 'ppc64', 'arm'];

/** The entries that the lockfile names as optional dependencies and does not hold, by their path in it. */
export function missingEntries(packages: Record<string, LockEntry>): Record<string, LockEntry> {
  const missing: Record<string, LockEntry> = {};
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isHeld(packages, parent, name)) {
        missing[`node_modules/${name}`] = platformEntry({ name, version, dev: entry.dev === true });
      }
    }
  }
  return missing;
}

/** Whether Node's lookup from `parent` finds the package: beside it or in any folder above. */
function isHeld(packages: Record<string, LockEntry>, parent: string, name: string): boolean {
  const levels = parent.split('/node_modules/');
  return (
    `node_modules/${name}` in packages ||
    levels.some((_, index) => `${levels.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}` in packages)
  );
}

/** Reads the platform from the package's name; throws when the name does not tell, because then a person must. */
function platformEntry({ name, version, dev }: { name: string; version: string; dev: boolean }): LockEntry {
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const system = systems.find((candidate) => words.includes(candidate));
  const processor = processors.find((candidate) => words.includes(candidate));
  if (!system || !processor) throw new Error(`The name ${name} does not tell its platform: add its entry by hand.`);
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : system === 'linux' ? ['glibc'] : undefined;
  return {
    version,
    cpu: [processor],
    ...(dev ? { dev } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os: [system],
  };
}

function run(check: boolean): void {
  const lockfile: Lockfile = JSON.parse(readFileSync(lockfilePath, 'utf8'));
  const missing = missingEntries(lockfile.packages);
  const names = Object.keys(missing);
  if (names.length === 0) return;
  if (check) {
    console.log(`package-lock.json lacks ${names.length} optional packages, so npm ci refuses it: npm run lockfile`);
    process.exitCode = 1;
    return;
  }
  const packages = Object.entries({ ...lockfile.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(lockfilePath, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  console.log(`Added ${names.length} optional packages for other platforms to package-lock.json.`);
}

if (import.meta.main) run(process.argv.includes('--check'));
