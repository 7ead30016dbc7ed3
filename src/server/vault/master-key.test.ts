import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeTestDirectory } from '../../testing/test-database.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open.ts';
import { Secret } from '../secret.ts';
import { StartupError } from '../startup-error.ts';
import { type LoadedMasterKeys, loadMasterKeys, type MasterKeySettings } from './master-key.ts';
import { generatedKeyFile, generateKeyFile } from './master-key-file.ts';
import { masterKeyIdOf, parseMasterKeys } from './master-key-format.ts';
import { openVault } from './vault.ts';

const directories: string[] = [];

function makeDirectory(): string {
  const directory = makeTestDirectory();
  directories.push(directory);
  return directory;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

type Sources = { variable?: string; file?: string };

/** Starts as the server does up to the key, on its own handle, and closes again. */
async function load(dataDirectory: string, { variable, file }: Sources = {}): Promise<LoadedMasterKeys> {
  const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
  try {
    return await loadMasterKeys({ database, ...settings(dataDirectory, { variable, file }) });
  } finally {
    await database.close();
  }
}

type LooseSources = { variable?: string | undefined; file?: string | undefined };

function settings(dataDirectory: string, { variable, file }: LooseSources): MasterKeySettings {
  return {
    dataDirectory,
    encryptionKey: variable === undefined ? undefined : new Secret(variable),
    encryptionKeyFile: file,
  };
}

async function refusal(work: Promise<unknown>): Promise<StartupError> {
  const error: unknown = await work.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof StartupError) return error;
  throw error;
}

/** A database with a vault, closed, and the text of the key that opens it. */
async function makeVault(): Promise<{ dataDirectory: string; hex: string; id: string }> {
  const dataDirectory = makeDirectory();
  const bytes = randomBytes(32);
  const hex = bytes.toString('hex');
  const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
  const masterKeys = await loadMasterKeys({ database, ...settings(dataDirectory, { variable: hex }) });
  await migrate(database);
  await openVault({ database, masterKeys });
  await database.close();
  return { dataDirectory, hex, id: masterKeyIdOf(bytes) };
}

/** Name, content and mode of everything in a directory except the lock, which every start takes. */
function digestOf(directory: string): string {
  const digest = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true }).map(String).sort()) {
    const stats = statSync(join(directory, name));
    if (name === 'akm.lock') continue;
    digest.update(`${name} ${stats.mode} ${stats.isFile() ? readFileSync(join(directory, name), 'hex') : ''}\n`);
  }
  return digest.digest('hex');
}

function writeKeyFile(directory: string, text: string, mode = 0o600): string {
  const file = join(directory, `key-${randomBytes(4).toString('hex')}`);
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  return file;
}

function keySet(keys: Buffer[], primary?: Buffer): string {
  const members = keys.map((bytes) => ({ kty: 'oct', kid: masterKeyIdOf(bytes), k: bytes.toString('base64url') }));
  return JSON.stringify({ ...(primary === undefined ? {} : { primary: masterKeyIdOf(primary) }), keys: members });
}

/** Whether a message gives away what was set. */
function quotes(message: string, text: string): boolean {
  return text.trim() !== '' && message.includes(text.trim());
}

describe('accepted forms', () => {
  const bytes = Buffer.from('fb'.concat(randomBytes(31).toString('hex')), 'hex');
  const other = randomBytes(32);
  const forms: Record<string, string> = {
    '64 hex digits': bytes.toString('hex'),
    '64 upper-case hex digits': bytes.toString('hex').toUpperCase(),
    '43 characters of base64url': bytes.toString('base64url'),
    '44 characters of base64': bytes.toString('base64'),
    '43 characters of base64 without padding': bytes.toString('base64').slice(0, 43),
    '44 characters of base64url': `${bytes.toString('base64url')}=`,
    'a line break behind it': `${bytes.toString('hex')}\n`,
    'a JWK Set with one key': keySet([bytes]),
    'a JWK Set with several keys and a primary': keySet([other, bytes], bytes),
  };

  test.each(Object.entries(forms))('%s', (_name, text) => {
    const keys = parseMasterKeys(text, 'ENCRYPTION_KEY');
    expect(keys.primaryId).toBe(masterKeyIdOf(bytes));
    expect(keys.keys.get(keys.primaryId)?.key.export().toString('hex')).toBe(bytes.toString('hex'));
  });

  test('a thousand random keys in each form', () => {
    for (let index = 0; index < 1000; index += 1) {
      const random = randomBytes(32);
      for (const text of [random.toString('hex'), random.toString('base64'), random.toString('base64url')]) {
        expect(parseMasterKeys(text, 'ENCRYPTION_KEY').primaryId).toBe(masterKeyIdOf(random));
      }
    }
  });

  test('all keys of a JWK Set are loaded, so that values of before a rotation still open', () => {
    const keys = parseMasterKeys(keySet([other, bytes], bytes), 'ENCRYPTION_KEY');
    expect([...keys.keys.keys()].sort()).toEqual([masterKeyIdOf(other), masterKeyIdOf(bytes)].sort());
  });
});

const random = randomBytes(32);
const refused: Record<string, string> = {
  'an empty text': '',
  'white space': '  \n',
  '31 bytes of hex': random.toString('hex').slice(2),
  '16 bytes of hex': random.toString('hex').slice(32),
  '63 hex digits': random.toString('hex').slice(1),
  '65 hex digits': `${random.toString('hex')}a`,
  '64 characters with a letter that is not hex': `${random.toString('hex').slice(1)}z`,
  '31 bytes of base64': random.subarray(1).toString('base64'),
  '33 bytes of base64': Buffer.concat([random, random.subarray(0, 1)]).toString('base64'),
  'base64 with spare bits set': `${random.toString('base64url').slice(0, 42)}B`,
  'base64 with mixed alphabets': `+_${randomBytes(32).toString('base64url').slice(0, 40)}A`,
  '32 characters of text': 'abcdefghijklmnopqrstuvwxyz012345',
  'all zero': '00'.repeat(32),
  'all zero in base64': Buffer.alloc(32).toString('base64'),
  'all ones': 'ff'.repeat(32),
  'one byte repeated': 'a5'.repeat(32),
  'one half repeated': random.toString('hex').slice(0, 32).repeat(2),
  'digits counted up': '0123456789abcdef'.repeat(4),
  'bytes counted up': Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex'),
  'bytes counted down': Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index)).toString('hex'),
  'text as hex': Buffer.from('this is my very own secret key!!').toString('hex'),
  'text as base64': Buffer.from('this is my very own secret key!!').toString('base64'),
  'a passphrase as long as base64': 'MySuperSecretEncryptionKeyForProduction1234',
  'the key of the AES-256 example of NIST': '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
  'the key of the GCM test cases': 'feffe9928665731c6d6a8f9467308308'.repeat(2),
  'the hash of "password"': createHash('sha256').update('password').digest('hex'),
  'the hash of "changeme" in base64': createHash('sha256').update('changeme').digest('base64'),
  'a default of another product': 'sk-1234',
  'JSON that ends early': '{"keys":[',
  'JSON without keys': '{}',
  'a JWK Set without a key': '{"keys":[]}',
  'a JWK Set with an RSA key': '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}',
  'a JWK Set with a short key': `{"keys":[{"kty":"oct","k":"${random.subarray(16).toString('base64url')}"}]}`,
  'a JWK Set with a zero key': keySet([Buffer.alloc(32)]),
  'a JWK Set with two keys and no primary': keySet([random, randomBytes(32)]),
  'a JWK Set whose primary is missing': keySet([random], randomBytes(32)),
  'a JWK Set with a key under the id of another': keySet([random]).replace(
    random.toString('base64url'),
    randomBytes(32).toString('base64url'),
  ),
};

describe('refused keys leave database and keys as they were', () => {
  test.each(Object.entries(refused))(
    '%s, in a variable and in a file, on a database with a vault',
    async (_name, text) => {
      const { dataDirectory } = await makeVault();
      const file = writeKeyFile(makeDirectory(), text);
      const before = digestOf(dataDirectory);
      for (const sources of [{ variable: text }, { file }]) {
        const error = await refusal(load(dataDirectory, sources));
        expect(error).toMatchObject({ code: 'master_key_invalid', exitCode: 78 });
        expect(quotes(error.message, text)).toBe(false);
        expect(error.message).toMatch(/^(ENCRYPTION_KEY|The key file) /);
        expect(digestOf(dataDirectory)).toBe(before);
      }
    },
  );

  test.each(Object.entries(refused))('%s, on a new database: no key is generated instead', async (_name, text) => {
    const dataDirectory = makeDirectory();
    expect((await refusal(load(dataDirectory, { variable: text }))).code).toBe('master_key_invalid');
    expect(existsSync(join(dataDirectory, 'keys'))).toBe(false);
  });
});

describe('where the key comes from', () => {
  test('a new database without any setting gets a generated key, readable by its owner only', async () => {
    const dataDirectory = makeDirectory();
    const keys = await load(dataDirectory);
    const file = generatedKeyFile(dataDirectory);
    expect(keys).toMatchObject({ source: 'generated', file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDirectory, 'keys')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dataDirectory, 'keys'))).toEqual(['master.jwks.json']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      primary: keys.primaryId,
      keys: [{ kty: 'oct', kid: keys.primaryId, use: 'enc', alg: 'dir', state: 'active' }],
    });
  });

  test('a second start uses the generated key and does not touch its file', async () => {
    const dataDirectory = makeDirectory();
    const first = await load(dataDirectory);
    const before = digestOf(join(dataDirectory, 'keys'));
    const second = await load(dataDirectory);
    expect(second).toMatchObject({ source: 'data_directory', primaryId: first.primaryId });
    expect(digestOf(join(dataDirectory, 'keys'))).toBe(before);
  });

  test('two data directories never get the same key', async () => {
    const ids = [await load(makeDirectory()), await load(makeDirectory())].map((keys) => keys.primaryId);
    expect(new Set(ids).size).toBe(2);
  });

  test('a process that lost the race to generate takes the key of the winner', () => {
    const dataDirectory = makeDirectory();
    const first = generateKeyFile(dataDirectory);
    expect(generateKeyFile(dataDirectory)).toBe(first);
    expect(readdirSync(join(dataDirectory, 'keys'))).toEqual(['master.jwks.json']);
  });

  test('a file in the place of the key directory is told', () => {
    const dataDirectory = makeDirectory();
    writeFileSync(join(dataDirectory, 'keys'), '');
    expect(() => generateKeyFile(dataDirectory)).toThrow(/could not be written to .*master\.jwks\.json \(ENOTDIR\)/);
  });

  test('the file comes before the variable when both hold one key', async () => {
    const { dataDirectory, hex, id } = await makeVault();
    const file = writeKeyFile(makeDirectory(), Buffer.from(hex, 'hex').toString('base64'));
    const keys = await load(dataDirectory, { variable: hex, file });
    expect(keys).toMatchObject({ source: 'file', file, primaryId: id });
  });

  test('file and variable that differ are refused, naming both ids', async () => {
    const { dataDirectory, hex, id } = await makeVault();
    const other = randomBytes(32);
    const file = writeKeyFile(makeDirectory(), other.toString('hex'));
    const before = digestOf(dataDirectory);
    const error = await refusal(load(dataDirectory, { variable: hex, file }));
    expect(error).toMatchObject({ code: 'master_key_conflict', exitCode: 78 });
    expect(error.message).toContain(id);
    expect(error.message).toContain(masterKeyIdOf(other));
    expect(error.message).not.toContain(hex);
    expect(digestOf(dataDirectory)).toBe(before);
  });

  test('a variable that differs from the generated file is refused', async () => {
    const dataDirectory = makeDirectory();
    await load(dataDirectory);
    const error = await refusal(load(dataDirectory, { variable: randomBytes(32).toString('hex') }));
    expect(error.code).toBe('master_key_conflict');
  });

  test('an ENCRYPTION_KEY_FILE that does not exist is refused and no key is generated', async () => {
    const dataDirectory = makeDirectory();
    const error = await refusal(load(dataDirectory, { file: '/nonexistent/key' }));
    expect(error.code).toBe('master_key_missing');
    expect(error.message).toContain('does not exist');
    expect(existsSync(join(dataDirectory, 'keys'))).toBe(false);
  });
});

describe('key files that are not safe', () => {
  test.each([0o644, 0o640, 0o604, 0o660, 0o666, 0o610, 0o444])('mode %o is refused', async (mode) => {
    const { dataDirectory, hex } = await makeVault();
    const file = writeKeyFile(makeDirectory(), hex, mode);
    const error = await refusal(load(dataDirectory, { file }));
    expect(error).toMatchObject({ code: 'master_key_file_unsafe', exitCode: 78 });
    expect(error.message).toContain(`chmod 600 ${file}`);
  });

  test.each([0o600, 0o400])('mode %o is accepted', async (mode) => {
    const { dataDirectory, hex, id } = await makeVault();
    expect((await load(dataDirectory, { file: writeKeyFile(makeDirectory(), hex, mode) })).primaryId).toBe(id);
  });

  test('a generated file that was opened up is refused', async () => {
    const dataDirectory = makeDirectory();
    await load(dataDirectory);
    chmodSync(generatedKeyFile(dataDirectory), 0o644);
    expect((await refusal(load(dataDirectory))).code).toBe('master_key_file_unsafe');
  });

  test('the mode is that of the file behind a link', async () => {
    const { dataDirectory, hex } = await makeVault();
    const directory = makeDirectory();
    const link = join(directory, 'link');
    symlinkSync(writeKeyFile(directory, hex, 0o644), link);
    expect((await refusal(load(dataDirectory, { file: link }))).code).toBe('master_key_file_unsafe');
  });

  test('a directory and an enormous file are refused', async () => {
    const directory = makeDirectory();
    mkdirSync(join(directory, 'folder'), { mode: 0o700 });
    for (const file of [join(directory, 'folder'), writeKeyFile(directory, 'a'.repeat(70_000))]) {
      expect((await refusal(load(makeDirectory(), { file }))).code).toBe('master_key_invalid');
    }
  });
});

describe('a database that was sealed with another key', () => {
  test('a wrong key is refused with the id it has and the id it needs, and nothing changes', async () => {
    const { dataDirectory, hex, id } = await makeVault();
    const wrong = randomBytes(32);
    const before = digestOf(dataDirectory);
    const error = await refusal(load(dataDirectory, { variable: wrong.toString('hex') }));
    expect(error).toMatchObject({ code: 'master_key_wrong', exitCode: 78 });
    expect(error.message).toMatch(
      /^Key id mk_[\w-]{16} does not open this database\. It needs key id mk_[\w-]{16} \(created \d{4}-\d\d-\d\dT[\d:.]+Z\)\. Nothing was changed\. Put that key in ENCRYPTION_KEY_FILE or restore keys\/\.$/,
    );
    expect(error.message).toContain(masterKeyIdOf(wrong));
    expect(error.message).toContain(id);
    expect(error.message).not.toContain(wrong.toString('hex'));
    expect(digestOf(dataDirectory)).toBe(before);
    expect((await load(dataDirectory, { variable: hex })).primaryId).toBe(id);
  });

  test('a missing key is refused, none is generated, and nothing changes', async () => {
    const { dataDirectory, id } = await makeVault();
    const before = digestOf(dataDirectory);
    const error = await refusal(load(dataDirectory));
    expect(error).toMatchObject({ code: 'master_key_missing', exitCode: 78 });
    expect(error.message).toContain(`needs key id ${id}`);
    expect(existsSync(join(dataDirectory, 'keys'))).toBe(false);
    expect(digestOf(dataDirectory)).toBe(before);
  });

  test('a set that holds the needed key beside a newer primary opens it', async () => {
    const { dataDirectory, hex, id } = await makeVault();
    const next = randomBytes(32);
    const file = writeKeyFile(makeDirectory(), keySet([Buffer.from(hex, 'hex'), next], next));
    const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
    const masterKeys = await loadMasterKeys({ database, ...settings(dataDirectory, { file }) });
    const vault = await openVault({ database, masterKeys });
    expect(masterKeys.primaryId).toBe(masterKeyIdOf(next));
    expect(vault.masterKeyId).toBe(id);
    await database.close();
  });
});

describe('a damaged vault is refused and not repaired', () => {
  type Damage = (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>;
  const damages: Record<string, Damage> = {
    'a key check that was changed': (database) =>
      database.kysely.updateTable('master_key_check').set({ envelope: 'x' }).execute(),
    'a key check that is missing': (database) => database.kysely.deleteFrom('master_key_check').execute(),
    'a root secret that was changed': (database) =>
      database.kysely.updateTable('root_secrets').set({ envelope: 'x' }).execute(),
    'a root secret that is missing': (database) => database.kysely.deleteFrom('root_secrets').execute(),
    'a system data key that was changed': (database) =>
      database.kysely.updateTable('data_keys').set({ envelope: 'x' }).execute(),
  };

  test.each(Object.entries(damages))('%s', async (_name, damage) => {
    const { dataDirectory, hex } = await makeVault();
    const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
    await damage(database);
    const start = async () => {
      const masterKeys = await loadMasterKeys({ database, ...settings(dataDirectory, { variable: hex }) });
      await openVault({ database, masterKeys });
    };
    const before = await dump(database);
    expect(await refusal(start())).toMatchObject({ code: 'vault_damaged', exitCode: 78 });
    expect(await dump(database)).toEqual(before);
    await database.close();
  });

  async function dump(database: Awaited<ReturnType<typeof openDatabase>>): Promise<unknown> {
    const tables = ['master_key_check', 'root_secrets', 'data_keys', 'master_key_history'] as const;
    return Promise.all(tables.map((table) => database.kysely.selectFrom(table).selectAll().execute()));
  }
});
