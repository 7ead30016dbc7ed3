import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { makeTestDirectory, testEngines } from '../../testing/test-database.ts';
import { StartupError } from '../startup-error.ts';
import { dataDirectoryError } from './data-directory.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { assertPostgresUsable } from './postgres.ts';

const cleanups: (() => void | Promise<void>)[] = [];

function makeDirectory(): string {
  const directory = makeTestDirectory();
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function refusal(databaseUrl: string | undefined, dataDirectory = makeDirectory()): Promise<StartupError> {
  const error: unknown = await openDatabase({ databaseUrl, dataDirectory }).then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof StartupError) return error;
  throw error;
}

const PASSWORD = `pw-${'q'.repeat(20)}`;

describe('DATABASE_URL', () => {
  test.each([
    [`mysql://root:${PASSWORD}@localhost/akm`, '"mysql:"'],
    ['sqlite3:/var/lib/akm.db', '"sqlite3:"'],
    ['sqlite:///var/lib/akm.db', '"sqlite:"'],
    [`postgressql://akm:${PASSWORD}@localhost/akm`, '"postgressql:"'],
    ['postgresql:/localhost/akm', '"postgresql:"'],
    ['file:///var/lib/akm.db', '"file:"'],
    [`akm:${PASSWORD}@localhost/akm`, 'no scheme'],
    ['/var/lib/akm.db', 'no scheme'],
    ['', 'empty'],
    ['  ', 'empty'],
  ])('%j is refused, and no built-in database appears instead', async (databaseUrl, problem) => {
    const dataDirectory = makeDirectory();
    const error = await refusal(databaseUrl, dataDirectory);
    expect(error).toMatchObject({ code: 'database_url_invalid', exitCode: 78 });
    expect(error.message).toContain(problem);
    expect(error.message).toContain('postgresql://user:password@host:5432/database');
    expect(error.message).not.toContain(PASSWORD);
    expect(readdirSync(dataDirectory)).toEqual([]);
  });

  test('a URL that cannot be parsed is refused without quoting it', async () => {
    const error = await refusal(`postgresql://akm:${PASSWORD}@host:port/akm`);
    expect(error).toMatchObject({ code: 'database_url_invalid', exitCode: 78 });
    expect(error.message).not.toContain(PASSWORD);
  });
});

describe('the data directory', () => {
  test('is made where it is missing, for its owner only', async () => {
    const dataDirectory = join(makeDirectory(), 'a', 'b');
    const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o700);
    expect(existsSync(join(dataDirectory, 'akm.db'))).toBe(true);
    await database.close();
  });

  test('that is a file is refused and the file is left alone', async () => {
    const file = join(makeDirectory(), 'file');
    writeFileSync(file, 'text');
    for (const dataDirectory of [file, join(file, 'below')]) {
      const error = await refusal(undefined, dataDirectory);
      expect(error).toMatchObject({ code: 'data_directory_unusable', exitCode: 78 });
      expect(error.message).toContain(dataDirectory);
      expect(error.message).toContain('DATA_DIR');
    }
    expect(readFileSync(file, 'utf8')).toBe('text');
  });

  test('that cannot be written is refused', async () => {
    let dataDirectory = join(makeDirectory(), 'closed');
    mkdirSync(dataDirectory);
    chmodSync(dataDirectory, 0o500);
    // Modes do not bind root; nobody can make a directory in /proc.
    if (process.getuid?.() === 0) dataDirectory = '/proc/akm-test';
    expect(await refusal(undefined, dataDirectory)).toMatchObject({ code: 'data_directory_unusable', exitCode: 78 });
  });

  test.each([
    ['EACCES', 'may not be written by this user'],
    ['EROFS', 'read-only file system'],
    ['ENOSPC', 'full disk'],
    ['EEXIST', 'is a file'],
  ])('is told with its reason for %s', (code, reason) => {
    const error = dataDirectoryError('/var/lib/akm', Object.assign(new Error('x'), { code }));
    expect(error.message).toContain(reason);
    expect(error.message).toContain('/var/lib/akm');
  });
});

describe('the SQLite file', () => {
  test.each([
    ['text', Buffer.from('this is a text, and not a database at all. '.repeat(100))],
    ['zeros', Buffer.alloc(8192)],
  ])('that holds %s is refused and left as it is', async (_name, content) => {
    const dataDirectory = makeDirectory();
    writeFileSync(join(dataDirectory, 'akm.db'), content);
    const error = await refusal(undefined, dataDirectory);
    expect(error).toMatchObject({ code: 'database_unreadable', exitCode: 78 });
    expect(error.message).toContain('akm.db');
    expect(readFileSync(join(dataDirectory, 'akm.db')).equals(content)).toBe(true);
  });

  test('that is a directory is refused', async () => {
    const dataDirectory = makeDirectory();
    mkdirSync(join(dataDirectory, 'akm.db'));
    expect(await refusal(undefined, dataDirectory)).toMatchObject({ code: 'database_unreadable', exitCode: 78 });
  });

  test('after a refused start the directory is free again', async () => {
    const dataDirectory = makeDirectory();
    mkdirSync(join(dataDirectory, 'akm.db'));
    await refusal(undefined, dataDirectory);
    rmSync(join(dataDirectory, 'akm.db'), { recursive: true });
    const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
    expect(await database.checkHealth()).toMatchObject({ ok: true });
    await database.close();
  });

  test('syncs every commit, keeps a write-ahead log and enforces foreign keys', async () => {
    const dataDirectory = makeDirectory();
    const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
    await migrate(database);
    const pragma = async (name: string): Promise<unknown> => {
      const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.kysely);
      return Object.values(rows[0] ?? {})[0];
    };
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('busy_timeout')).toBe(5000);
    const { rows } = await sql<{ strict: number }>`select strict from pragma_table_list
      where schema = 'main' and type = 'table' and name not like 'sqlite_%' and name not like 'schema_migrations%'`.execute(
      database.kysely,
    );
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.every((row) => row.strict === 1)).toBe(true);
    await database.close();
  });

  test('is not written to by opening and closing', async () => {
    const dataDirectory = makeDirectory();
    const first = await openDatabase({ databaseUrl: undefined, dataDirectory });
    await migrate(first);
    await first.close();
    const before = readFileSync(join(dataDirectory, 'akm.db'));
    await (await openDatabase({ databaseUrl: undefined, dataDirectory })).close();
    expect(readFileSync(join(dataDirectory, 'akm.db')).equals(before)).toBe(true);
    expect(readdirSync(dataDirectory).sort()).toEqual(['akm.db', 'akm.lock']);
  });
});

/** A server that answers every greeting with one ErrorResponse (PostgreSQL manual, "Message Formats"). */
async function serveError(code: string): Promise<string> {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mrefused for ${PASSWORD}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.byteLength + 4);
  const reply = Buffer.concat([Buffer.from('E'), length, fields]);
  return listen(createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(reply))));
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

describe('a PostgreSQL server that cannot be used', () => {
  test.each([
    ['28P01', 'database_refused', 78, 'refuses user "akm"'],
    ['28000', 'database_refused', 78, 'refuses user "akm"'],
    ['3D000', 'database_refused', 78, 'has no database "vault"'],
    ['53300', 'database_unreachable', 69, 'too many are open'],
    ['57P03', 'database_unreachable', 69, 'starting or stopping'],
    ['XX000', 'database_unreachable', 69, 'cannot be used'],
  ])('%s is told in a sentence without the password', async (code, errorCode, exitCode, sentence) => {
    const host = await serveError(code);
    const error = await refusal(`postgresql://akm:${PASSWORD}@${host}/vault`);
    expect(error).toMatchObject({ code: errorCode, exitCode });
    expect(error.message).toContain(sentence);
    expect(error.message).toContain(host);
    expect(error.message).not.toContain(PASSWORD);
  });

  test('a closed port is told as refused', async () => {
    const server = createServer();
    const host = await listen(server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const error = await refusal(`postgresql://akm:${PASSWORD}@${host}/vault`);
    expect(error).toMatchObject({ code: 'database_unreachable', exitCode: 69 });
    expect(error.message).toContain('connection refused');
    expect(error.message).not.toContain(PASSWORD);
  });

  test('an unknown host is told as unknown', async () => {
    const error = await refusal(`postgresql://akm:${PASSWORD}@nowhere.invalid/vault`);
    expect(error).toMatchObject({ code: 'database_unreachable', exitCode: 69 });
    expect(error.message).toContain('nowhere.invalid');
    expect(error.message).not.toContain(PASSWORD);
  });

  test('too old a version and an encoding other than UTF8 are refused', () => {
    expect(() => assertPostgresUsable({ versionNumber: 130_012, encoding: 'UTF8' })).toThrow(
      /PostgreSQL 13 is too old/,
    );
    expect(() => assertPostgresUsable({ versionNumber: 150_000, encoding: 'SQL_ASCII' })).toThrow(/SQL_ASCII/);
    expect(() => assertPostgresUsable({ versionNumber: 140_000, encoding: 'UTF8' })).not.toThrow();
  });
});

describe.each(testEngines())('on $engine', ({ engine, open }) => {
  test('a database of a newer version is refused and left as it is', async () => {
    const { database, dataDirectory, databaseUrl, dispose } = await open();
    cleanups.push(dispose);
    await sql`insert into schema_migrations (name, timestamp) values ('0007_x', '2030-01-01T00:00:00.000Z')`.execute(
      database.kysely,
    );
    if (engine === 'sqlite') await database.close();
    const error = await refusal(databaseUrl, dataDirectory);
    expect(error).toMatchObject({ code: 'database_newer', exitCode: 78 });
    expect(error.message).toBe(
      'This database was written by a newer version (migration 0007_x). Install that version or restore a backup.',
    );
  });

  test('health is good while open and bad, without an exception, when closed', async () => {
    const { database, dispose } = await open();
    cleanups.push(dispose);
    expect(await database.checkHealth()).toMatchObject({ ok: true });
    await database.close();
    expect(await database.checkHealth()).toMatchObject({ ok: false });
  });
});
