import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { DatabaseLocation } from '../server/database/open.ts';

/**
 * Makes the database of a test fail for everybody who writes, until the function it gives is called: on PostgreSQL all
 * connections are cut and new ones refused, on SQLite somebody else holds the lock.
 */
export async function stopDatabase({ databaseUrl, dataDirectory }: DatabaseLocation): Promise<() => Promise<void>> {
  if (databaseUrl === undefined) {
    const other = new DatabaseSync(join(dataDirectory, 'akm.db'), { timeout: 5000 });
    other.exec('begin immediate');
    return async () => other.close();
  }
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const ask = async (...queries: string[]): Promise<void> => {
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    try {
      for (const query of queries) await admin.query(query);
    } finally {
      await admin.end();
    }
  };
  await ask(
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  return () => ask(`alter database ${name} allow_connections true`);
}
