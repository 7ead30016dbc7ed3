import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { bundledNodePath } from './find-node.mjs';
import { modulesDirectory } from './paths.mjs';

const binDirectory = join(modulesDirectory, '.bin');

/**
 * npm puts node_modules/.bin first on the path of every script, so a bundled Node that cannot run on this system (no
 * libatomic, another libc) would fail before a single line of ours. The link is replaced by a launcher that proves the
 * bundled Node and otherwise starts the next `node` of the path.
 */
export function installNodeLauncher() {
  if (process.platform === 'win32') return removeWindowsLaunchers();
  const bundled = bundledNodePath();
  const launcher = join(binDirectory, 'node');
  if (!bundled || !existsSync(binDirectory)) return;
  const draft = `${launcher}.${process.pid}`;
  writeFileSync(draft, launcherScript(relative(binDirectory, bundled)));
  chmodSync(draft, 0o755);
  renameSync(draft, launcher);
}

/**
 * What npm scripts start as `node`.
 * @param {string} bundled path of the bundled Node, seen from the launcher's folder
 */
export function launcherScript(bundled) {
  return `#!/bin/sh
here=$(CDPATH= cd -- "\${0%/*}" && pwd)
bundled=$here/${bundled}
if "$bundled" -v >/dev/null 2>&1; then exec "$bundled" "$@"; fi
set -f
IFS=:
for folder in $PATH; do
  case $folder/ in */node_modules/*) continue ;; esac
  if [ -x "$folder/node" ]; then exec "$folder/node" "$@"; fi
done
echo "node: the bundled Node cannot run here and no other is on the path" >&2
exit 127
`;
}

/** Windows cannot replace a program that runs, so there npm's scripts start under the machine's own Node. */
function removeWindowsLaunchers() {
  for (const name of ['node', 'node.cmd', 'node.ps1']) rmSync(join(binDirectory, name), { force: true });
}
