import type { DatabaseLocation } from '../database/open.ts';
import type { JournalEnd } from './journal/journal.ts';
import type { usageCommands } from './usage-commands.ts';
import type { usageQueries } from './usage-queries.ts';

export type UsageQueries = typeof usageQueries;
export type UsageCommands = typeof usageCommands;

export interface WorkerData {
  readonly location: DatabaseLocation;
  readonly directory: string;
  /** Begins the names of segments that this process writes; all others are of processes that have ended. */
  readonly instance: string;
  /** Where this process' journal begins. */
  readonly beginning: JournalEnd;
}

export interface RecoveryReport {
  readonly atMs: number;
  readonly segments: number;
  readonly records: number;
  readonly applied: number;
  readonly alreadyApplied: number;
  /** Of those applied: calls that had begun and not ended. */
  readonly interrupted: number;
  readonly damagedBytes: number;
}

/** What the process tells the worker. */
export type ToWorker =
  | { readonly type: 'written'; readonly end: JournalEnd }
  | {
      /** `askExactly` is answered with the position in the journal up to which the answer counts, and no further. */
      readonly type: 'ask' | 'askExactly' | 'command';
      readonly number: number;
      readonly name: string;
      readonly input: unknown;
      /** Everything up to here is to be applied first. */
      readonly end: JournalEnd;
    }
  | { readonly type: 'close'; readonly end: JournalEnd };

/** What the worker tells the process. */
export type FromWorker =
  /** More of what earlier processes left is in the database. */
  | { readonly type: 'recovering' }
  | { readonly type: 'recovered'; readonly report: RecoveryReport }
  | {
      readonly type: 'applied';
      readonly position: number;
      /** Events that the database refused, and bytes of the journal that are not what was written. */
      readonly rejected: number;
      readonly damagedBytes: number;
    }
  | { readonly type: 'failing'; readonly message: string }
  | { readonly type: 'answer'; readonly number: number; readonly value: unknown; readonly position: number }
  | { readonly type: 'refusal'; readonly number: number; readonly message: string }
  | { readonly type: 'closed' };
