import type { SourceFile, SourceImport } from './source-file.ts';

export interface Rule {
  /** The promise, as the name of its test. */
  promise: string;
  /** Which files it is about. */
  about: (path: string) => boolean;
  /** What breaks it in one file, in words. */
  violations: (file: SourceFile) => string[];
  /** Code that breaks it: proof that the rule can fail. */
  broken: { path: string; code: string };
  /** Files that may do what all others may not. Each must exist and use its right, or the list is out of date. */
  allowed?: readonly string[];
}

const connectionModules = /^(?:undici|nodemailer|node:tls|node:https|node:http2|node:dgram)$/;
const connectionNames = new Set(['connect', 'createConnection', 'Socket', 'request', 'get', 'Agent', '*', 'default']);
const connectionGlobals = ['fetch', 'WebSocket', 'EventSource', 'globalThis.fetch'];
const cipherNames =
  /^(?:create(?:Cipheriv|Decipheriv|SecretKey|PrivateKey|Sign)|hkdf(?:Sync)?|(?:public|private)(?:Encrypt|Decrypt)|webcrypto|subtle|\*|default)$/;
const passwordNames = /^(?:argon2|scrypt|pbkdf2)(?:Sync)?$/;
const sqlText = /^\s*(?:select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/is;
const emptyNames = /(?:^|[-/])(?:utils?|helpers?|common|misc|types)\.tsx?$/;

const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.startsWith('src/testing/');
const isProduct = (path: string) => !isTest(path);
const isServer = (path: string) => path.startsWith('src/server/') && isProduct(path);
const inFolder = (path: string, folders: readonly string[]) =>
  folders.some((folder) => path.startsWith(`src/${folder}/`));
const isOwn = (target: string) => target.startsWith('src/');

/** Describes the imports that `isForbidden` picks. */
function importsWhere(file: SourceFile, isForbidden: (statement: SourceImport) => boolean): string[] {
  return file.imports
    .filter(isForbidden)
    .map(({ target, names }) => `imports ${target} (${names.join(', ') || 'types'})`);
}

function namesUsed(file: SourceFile, names: readonly string[]): string[] {
  return names.filter((name) => file.names.has(name)).map((name) => `uses ${name}`);
}

/** Which way imports point. */
export const importRules: readonly Rule[] = [
  {
    promise: 'the contract imports nothing but zod',
    about: (path) => path.startsWith('src/contract/') && isProduct(path),
    violations: (file) => importsWhere(file, ({ target }) => target !== 'zod' && !target.startsWith('src/contract/')),
    broken: { path: 'src/contract/x.ts', code: "import { Secret } from '../server/secret.ts';" },
  },
  {
    promise: 'provider and tool facts import nothing but zod, types of the contract and themselves',
    about: (path) => inFolder(path, ['providers', 'tools']) && isProduct(path),
    violations: (file) => {
      const own = `src/${file.path.split('/')[1]}/`;
      return importsWhere(
        file,
        ({ target, typeOnly }) =>
          target !== 'zod' && !target.startsWith(own) && !(typeOnly && target.startsWith('src/contract/')),
      );
    },
    broken: { path: 'src/providers/x.ts', code: "import { readFileSync } from 'node:fs';" },
  },
  {
    promise: 'provider and tool facts have no clock, no chance and no network',
    about: (path) => inFolder(path, ['providers', 'tools']) && isProduct(path),
    violations: (file) => namesUsed(file, ['Date.now', 'Math.random', 'performance.now', ...connectionGlobals]),
    broken: { path: 'src/providers/x.ts', code: 'export const time = Date.now();' },
  },
  {
    promise: 'the web app and the command line never import the server, but for its entry that `akm serve` starts',
    about: (path) => inFolder(path, ['web', 'cli']) && isProduct(path),
    violations: (file) => {
      const part = file.path.split('/')[1];
      const isEntry = (target: string) => part === 'cli' && target === 'src/server/main.ts';
      const others = ['server', 'testing', part === 'web' ? 'cli' : 'web'];
      return importsWhere(file, ({ target }) => inFolder(target, others) && !isEntry(target));
    },
    broken: { path: 'src/web/keys/x.tsx', code: "import type { Secret } from '../../server/secret.ts';" },
  },
  {
    promise: 'the web app imports nothing of Node',
    about: (path) => path.startsWith('src/web/') && isProduct(path),
    violations: (file) => importsWhere(file, ({ target }) => target.startsWith('node:')),
    broken: { path: 'src/web/keys/x.ts', code: "import { join } from 'node:path';" },
  },
  {
    promise: 'the server never imports the web app, the command line or the tests',
    about: isServer,
    violations: (file) => importsWhere(file, ({ target }) => inFolder(target, ['web', 'cli', 'testing'])),
    broken: { path: 'src/server/x.ts', code: "export { App } from '../web/app.tsx';" },
  },
  {
    promise: 'a store is imported from its own folder and the gateway only',
    about: isServer,
    violations: (file) =>
      importsWhere(file, ({ target }) => {
        const folder = target.slice(0, target.lastIndexOf('/') + 1);
        const own = file.path.startsWith(folder) || file.path.startsWith('src/server/gateway/');
        return target.endsWith('.store.ts') && !own;
      }),
    broken: { path: 'src/server/x/x.ts', code: "import { find } from '../y/y.store.ts';" },
  },
  {
    promise: 'no noun imports the gateway',
    about: (path) => isServer(path) && path.split('/').length > 3 && !path.startsWith('src/server/gateway/'),
    violations: (file) => importsWhere(file, ({ target }) => target.startsWith('src/server/gateway/')),
    broken: { path: 'src/server/x/x.ts', code: "import { forward } from '../gateway/forward.ts';" },
  },
];

/** What only named files may do. */
export const rightRules: readonly Rule[] = [
  {
    promise: 'only config.ts reads the environment of the process',
    about: (path) => isProduct(path) && !path.startsWith('src/cli/'),
    allowed: ['src/server/config.ts'],
    violations: (file) => [
      ...namesUsed(file, ['process.env', 'process.loadEnvFile']),
      ...importsWhere(file, ({ target, names }) => target === 'node:process' && names.includes('env')),
    ],
    broken: { path: 'src/server/x.ts', code: 'const { env } = process;' },
  },
  {
    promise: 'only outbound.ts and the mailer open connections to the outside',
    about: (path) => isProduct(path) && !inFolder(path, ['web', 'cli']),
    allowed: ['src/server/mail/deliver-mail.ts', 'src/server/outbound.ts'],
    violations: (file) => [
      ...importsWhere(file, ({ target, typeOnly, names }) => {
        if (typeOnly) return false;
        const opens = names.some((name) => connectionNames.has(name));
        return connectionModules.test(target) || (/^node:(?:http|net)$/.test(target) && opens);
      }),
      ...namesUsed(file, connectionGlobals),
    ],
    broken: { path: 'src/server/x.ts', code: "import { request } from 'node:http';" },
  },
  {
    promise: 'only the vault uses ciphers',
    about: (path) => isProduct(path) && !path.startsWith('src/server/vault/'),
    violations: (file) =>
      importsWhere(
        file,
        ({ target, names }) => target === 'node:crypto' && names.some((name) => cipherNames.test(name)),
      ),
    broken: { path: 'src/server/x.ts', code: "import { createCipheriv } from 'node:crypto';" },
  },
  {
    promise: 'only password.ts hashes passwords',
    about: isProduct,
    allowed: ['src/server/accounts/password.ts'],
    violations: (file) =>
      importsWhere(
        file,
        ({ target, names }) => target === 'node:crypto' && names.some((name) => passwordNames.test(name)),
      ),
    broken: { path: 'src/server/x.ts', code: "import { scryptSync } from 'node:crypto';" },
  },
  {
    promise: 'only access-token.ts signs and verifies tokens',
    about: isProduct,
    allowed: ['src/server/sessions/access-token.ts'],
    violations: (file) => importsWhere(file, ({ target }) => target === 'jose'),
    broken: { path: 'src/server/x.ts', code: "import { SignJWT } from 'jose';" },
  },
  {
    promise: 'only named files reveal a secret',
    about: isProduct,
    allowed: [
      'src/server/alerts/send-message.ts',
      'src/server/alerts/webhook-target.ts',
      'src/server/audit-events/audit-stream.ts',
      'src/server/config.ts',
      'src/server/credentials/copy-credential.ts',
      'src/server/credentials/credential-secret.ts',
      'src/server/credentials/test-credential.ts',
      'src/server/gateway/edit-request.ts',
      'src/server/gateway/forward.ts',
      'src/server/invitations/invitation-token.ts',
      'src/server/issued-secret.ts',
      'src/server/mail/deliver-mail.ts',
      'src/server/gateway/send-attempt.ts',
      'src/server/models/models.ts',
      'src/server/second-factors/totp-secret.ts',
      'src/server/serve.ts',
      'src/server/share-links/open-shared.ts',
      'src/server/share-links/share-link-secret.ts',
      'src/server/sso/provider-client.ts',
      'src/server/service-accounts/service-token-secret.ts',
      'src/server/vault/master-key.ts',
      'src/server/vault/vault.ts',
      'src/server/virtual-keys/playground-key.ts',
      'src/server/virtual-keys/rotate-virtual-key.ts',
      'src/server/virtual-keys/virtual-key-secret.ts',
      'src/server/virtual-keys/virtual-keys.ts',
    ],
    violations: (file) => (file.properties.has('reveal') ? ['reveals a secret'] : []),
    broken: { path: 'src/server/x.ts', code: "export const text = row['secret']['reveal']();" },
  },
];

/** What nobody does. */
export const prohibitions: readonly Rule[] = [
  {
    promise: 'chance comes from node:crypto, never from Math.random',
    about: isProduct,
    violations: (file) => namesUsed(file, ['Math.random']),
    broken: { path: 'src/web/x.ts', code: 'export const id = Math.random();' },
  },
  {
    promise: 'no page is written as HTML text',
    about: isProduct,
    violations: (file) =>
      ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML']
        .filter((name) => file.properties.has(name))
        .map((name) => `uses ${name}`),
    broken: { path: 'src/web/x.tsx', code: 'export const x = <p dangerouslySetInnerHTML={{ __html: y }} />;' },
  },
  {
    promise: 'no text is run as code',
    about: isProduct,
    violations: (file) => [
      ...namesUsed(file, ['eval', 'Function']),
      ...importsWhere(file, ({ target }) => target === 'node:vm'),
    ],
    broken: { path: 'src/server/x.ts', code: "new Function('return 1')();" },
  },
  {
    promise: 'SQL as text lives in the database folder, SQL with parameters in the stores',
    about: (path) => isServer(path) && !path.startsWith('src/server/database/'),
    violations: (file) => [
      ...namesUsed(file, ['sql.raw']),
      ...(file.path.endsWith('.store.ts') ? [] : [...file.templateTags].filter((tag) => tag === 'sql')).map(
        () => 'writes SQL outside a store',
      ),
      ...(file.templateTags.has('sql') ? [] : file.texts.filter((text) => sqlText.test(text))).map(
        (text) => `builds SQL from text: ${text}`,
      ),
    ],
    broken: { path: 'src/server/x.ts', code: "export const query = 'select id from users where name = ' + name;" },
  },
  {
    promise: 'every file is named after what it holds',
    about: () => true,
    violations: (file) => (emptyNames.test(file.path) ? ['has a name that says nothing'] : []),
    broken: { path: 'src/server/string-utils.ts', code: '' },
  },
  {
    promise: 'no import is computed, so that these rules see all of them',
    about: isProduct,
    violations: (file) => importsWhere(file, ({ target }) => target === '(computed)'),
    broken: { path: 'src/server/x.ts', code: 'await import(name);' },
  },
  {
    promise: 'own files are imported by path with their extension',
    about: () => true,
    violations: (file) => importsWhere(file, ({ target }) => isOwn(target) && !/\.[a-z]+(?:\?[a-z]+)?$/.test(target)),
    broken: { path: 'src/server/x.ts', code: "import { y } from './y';" },
  },
];
