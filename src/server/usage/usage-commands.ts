import type { Transaction } from '../database/open.ts';
import { repriceEvents } from '../prices/reprice-events.ts';

type Command = (transaction: Transaction, input: never) => Promise<unknown>;

/** What the worker may be told to change; each runs there in one transaction. */
export const usageCommands = {
  repriceEvents,
} as const satisfies Record<string, Command>;
