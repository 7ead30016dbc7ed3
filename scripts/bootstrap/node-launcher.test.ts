import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcherScript } from './node-launcher.mjs';

const works = '#!/bin/sh\necho bundled "$@"\n';
const cannotRun = '#!/bin/sh\nexit 127\n';

describe.skipIf(process.platform === 'win32')('the launcher that npm scripts start as `node`', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'akm-launcher-'));
    writeProgram('node_modules/.bin/node', launcherScript('../bundled/node'));
    writeProgram('machine/node', '#!/bin/sh\necho machine "$@"\n');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function writeProgram(path: string, script: string): void {
    const absolute = join(folder, path);
    mkdirSync(join(absolute, '..'), { recursive: true });
    writeFileSync(absolute, script);
    chmodSync(absolute, 0o755);
  }

  function launch(path: string): { status: number | null; stdout: string } {
    const launcher = join(folder, 'node_modules/.bin/node');
    return spawnSync(launcher, ['a b', 'c'], { encoding: 'utf8', env: { PATH: path } });
  }

  it('starts the bundled Node where it runs', () => {
    writeProgram('node_modules/bundled/node', works);
    expect(launch(`${join(folder, 'machine')}:/usr/bin:/bin`).stdout).toBe('bundled a b c\n');
  });

  it('starts the next node of the path, and never itself, where the bundled one cannot run', () => {
    writeProgram('node_modules/bundled/node', cannotRun);
    const path = [join(folder, 'node_modules/.bin'), join(folder, 'machine'), '/usr/bin', '/bin'].join(':');
    expect(launch(path).stdout).toBe('machine a b c\n');
  });
});
