import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../server/database/migrate.ts';
import { type Database, openDatabase } from '../server/database/open.ts';
import type { Engine } from '../server/database/portable.ts';

export type TestDatabase = {
  database: Database;
  dataDirectory: string;
  /** What `openDatabase` was given; undefined on SQLite. For tests that open the same database again. */
  databaseUrl: string | undefined;
  /** Closes the database and removes every trace of it. */
  dispose: () => Promise<void>;
};

export type TestEngine = { engine: Engine; open: (options?: { migrated?: boolean }) => Promise<TestDatabase> };

/**
 * The engines to run a test on: SQLite always, PostgreSQL where TEST_DATABASE_URL names a server whose user may create
 * databases. Each `open()` gives an empty, migrated database of its own (`migrated: false`: without tables).
 */
export function testEngines(): TestEngine[] {
  const adminUrl = process.env.TEST_DATABASE_URL;
  const engines: TestEngine[] = [{ engine: 'sqlite', open: openTestSqlite }];
  if (adminUrl !== undefined) {
    engines.push({ engine: 'postgres', open: (options) => openTestPostgres(adminUrl, options) });
  }
  return engines;
}

/** A new empty directory; the caller removes it. */
export function makeTestDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'akm-test-'));
}

type Options = { migrated?: boolean };

async function openTestSqlite({ migrated = true }: Options = {}): Promise<TestDatabase> {
  const dataDirectory = makeTestDirectory();
  const database = await openDatabase({ databaseUrl: undefined, dataDirectory });
  if (migrated) await migrate(database);
  return {
    database,
    dataDirectory,
    databaseUrl: undefined,
    async dispose() {
      await database.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function openTestPostgres(adminUrl: string, { migrated = true }: Options = {}): Promise<TestDatabase> {
  const dataDirectory = makeTestDirectory();
  const name = `akm_test_${randomBytes(8).toString('hex')}`;
  const template = migrated ? await ensureTemplate(adminUrl) : 'template0';
  await withAdmin(adminUrl, (admin) => admin.query(`create database ${name} template ${template}`));
  const databaseUrl = urlOfDatabase(adminUrl, name);
  const database = await openDatabase({ databaseUrl, dataDirectory });
  return {
    database,
    dataDirectory,
    databaseUrl,
    async dispose() {
      await database.close();
      await withAdmin(adminUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`));
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

let template: Promise<string> | undefined;

/** Copying a migrated database costs a fraction of migrating one. It is named after the migrations it holds. */
function ensureTemplate(adminUrl: string): Promise<string> {
  template ??= createTemplate(adminUrl);
  return template;
}

async function createTemplate(adminUrl: string): Promise<string> {
  const name = `akm_template_${migrationsDigest()}`;
  await withAdmin(adminUrl, async (admin) => {
    // Test files run in processes of their own; the lock lets one of them make the template.
    await admin.query(`select pg_advisory_lock(7261001)`);
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    const draft = `${name}_draft`;
    await admin.query(`drop database if exists ${draft} with (force)`);
    await admin.query(`create database ${draft} template template0`);
    const database = await openDatabase({ databaseUrl: urlOfDatabase(adminUrl, draft), dataDirectory: tmpdir() });
    await migrate(database);
    await database.close();
    await admin.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

function migrationsDigest(): string {
  const digest = createHash('sha256');
  const names = [
    '0001_initial',
    '0002_gateway',
    '0003_usage_rollups',
    '0004_teams',
    '0005_account_security',
    '0006_audit_chain',
  ];
  for (const file of ['migrate.ts', 'migration-tools.ts', ...names.map((name) => `migrations/${name}.ts`)]) {
    digest.update(readFileSync(new URL(`../server/database/${file}`, import.meta.url)));
  }
  return digest.digest('hex').slice(0, 16);
}

function urlOfDatabase(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withAdmin<Result>(adminUrl: string, work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
