import { Kysely } from 'kysely';
import type { DatabaseHandle, DatabaseLocation } from './open.ts';
import type { Schema } from './schema.ts';
import { openSqliteDialect } from './sqlite.ts';
import { runTransaction, type Transaction } from './transaction.ts';

/** Connections of a worker thread beside those of the process: one that writes, one that only reads. */
export interface DatabaseBeside {
  readonly reader: DatabaseHandle;
  transaction: <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;
  close: () => Promise<void>;
}

/** The database must have been opened, locked and migrated by the process already. */
export async function openDatabaseBeside({ databaseUrl, dataDirectory }: DatabaseLocation): Promise<DatabaseBeside> {
  const open = async (readOnly: boolean): Promise<DatabaseHandle> => {
    if (databaseUrl === undefined) {
      return new Kysely<Schema>({ dialect: openSqliteDialect(dataDirectory, { readOnly }) });
    }
    const { openPostgresDialect } = await import('./postgres.ts');
    return new Kysely<Schema>({ dialect: openPostgresDialect(databaseUrl) });
  };
  const writer = await open(false);
  const reader = databaseUrl === undefined ? await open(true) : writer;
  return {
    reader,
    transaction: (work) => runTransaction(writer, work),
    async close() {
      await writer.destroy();
      if (reader !== writer) await reader.destroy();
    },
  };
}
