import type { Config } from '../config.ts';
import { openDatabaseToRead } from '../database/open.ts';
import { StartupError } from '../startup-error.ts';
import { readNeededKey } from '../vault/key-check.ts';
import { loadMasterKeys } from '../vault/master-key.ts';
import { openVault } from '../vault/vault.ts';
import { listChains } from './audit-chain.store.ts';
import { AUDIT_KEY } from './audit-events.ts';
import { type ChainReport, verifyChain } from './verify-chain.ts';

/** What walking one chain gave: a report, or why there is none. */
export type ChainResult =
  | { readonly chain: string; readonly report: ChainReport }
  | { readonly chain: string; readonly problem: string };

/**
 * Walks every chain of a database, or one, without the server, which may run meanwhile. Only reads. Throws StartupError
 * where the database or its key cannot be opened, or has no such chain.
 */
export async function* verifyOffline(config: Config, only: string | undefined): AsyncGenerator<ChainResult> {
  const database = await openDatabaseToRead(config);
  try {
    // Without it, opening the vault would make one.
    if ((await readNeededKey(database.kysely)) === undefined) {
      throw new StartupError('database_unreadable', 'This database is empty: no server has used it yet.');
    }
    const masterKeys = await loadMasterKeys({ ...config, database });
    const vault = await openVault({ database, masterKeys });
    const chains = await listChains(database.kysely);
    if (only !== undefined && !chains.includes(only)) {
      throw new StartupError('configuration_invalid', 'No workspace of this database has that id.');
    }
    for (const chain of only === undefined ? chains : [only]) {
      try {
        yield { chain, report: await verifyChain(database.kysely, vault.subkey(AUDIT_KEY), chain) };
      } catch (error) {
        yield { chain, problem: error instanceof Error ? error.message : 'unknown error' };
      }
    }
  } finally {
    await database.close();
  }
}

/** One line for a chain, and one below it for each fault. Whatever stands in the database, nothing steers a terminal. */
export function describeResult(result: ChainResult): string {
  const name = result.chain === '' ? 'instance' : result.chain;
  if ('problem' in result) return printable(`${name}: could not be checked: ${result.problem}`);
  const { checked, unchained, removed, head, faults } = result.report;
  const facts = [
    `${checked} ${checked === 1 ? 'row' : 'rows'} checked`,
    ...(unchained > 0 ? [`${unchained} from before the chain`] : []),
    ...(removed > 0 ? [`${removed} removed under a seal`] : []),
    ...(head.number > 0 ? [`newest ${head.number} ${head.hash}`] : []),
  ].join(', ');
  const verdict =
    faults.length === 0 ? 'intact' : `NOT INTACT, ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  const places = faults.map(({ kind, number, eventId, count }) => {
    const event = eventId === null ? '' : `, event ${eventId}`;
    const events = count === 1 ? '' : `, ${count} events`;
    return `  ${kind} at number ${number}${event}${events}`;
  });
  return [`${name}: ${verdict}, ${facts}`, ...places].map(printable).join('\n');
}

const printable = (text: string): string => text.replaceAll(/[^ -~]/g, '?');
