import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { AuditEventId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { findChainHead, findLastCheckpoint, findNotedHead, isTeam, listChainEvents } from './audit-chain.store.ts';
import { CHAIN_START, hashCheckpoint, hashEvent, hashHead, isSameHash } from './audit-chain.ts';

/** As many as are hashed before calls have their turn again. */
const BATCH = 200;
/** Retention takes events away about once a day, so a second walk over what is left is not disturbed again. */
const WALKS_MAX = 3;
/** Enough to see what happened; a chain that was cut up has a fault at every event. */
const FAULTS_MAX = 100;

/**
 * What is wrong at one place of a chain. `changed`: the event is not as it was written. `missing`: events between the one
 * before and this one are gone. `moved`: it stands at another place than it was written at. `foreign`: nobody of ours
 * wrote it. `cut`: the newest events are gone. `head`: the end of the chain was moved. `checkpoint`: the seal over removed
 * events is not ours.
 */
export interface ChainFault {
  readonly kind: 'changed' | 'missing' | 'moved' | 'foreign' | 'cut' | 'head' | 'checkpoint';
  /** The place in the chain. */
  readonly number: number;
  readonly eventId: AuditEventId | null;
  /** Of `missing` and `cut`: how many events are gone. */
  readonly count: number;
}

export interface ChainReport {
  /** Events whose hash was computed anew. */
  readonly checked: number;
  /** Events of before chains were kept: their order is known, not their content. */
  readonly unchained: number;
  /** Events that retention has removed under a seal. */
  readonly removed: number;
  /** Number and hash of the newest event; to be compared with what was exported or streamed earlier. */
  readonly head: { readonly number: number; readonly hash: string };
  /** In the order of the chain, at most 100. None: nothing was changed behind the program's back. */
  readonly faults: readonly ChainFault[];
}

/**
 * Walks one chain from its checkpoint to its head and names every place that is not as it was written. Events may be
 * written and removed by the program meanwhile.
 */
export async function verifyChain(database: DatabaseHandle, auditKey: Buffer, chain: string): Promise<ChainReport> {
  let checkpoint = await findLastCheckpoint(database, chain);
  for (let walks = 1; ; walks += 1) {
    const report = await walkChain({ database, auditKey, chain, checkpoint });
    const now = await findLastCheckpoint(database, chain);
    if (now?.number === checkpoint?.number || walks === WALKS_MAX) return report;
    checkpoint = now;
  }
}

interface Way {
  readonly database: DatabaseHandle;
  readonly auditKey: Buffer;
  readonly chain: string;
  readonly checkpoint: Row<'audit_checkpoints'> | undefined;
}

async function walkChain({ database, auditKey, chain, checkpoint }: Way): Promise<ChainReport> {
  // Before the walk: what is noted or begun while it runs is not expected of it.
  const noted = chain === '' ? undefined : await findNotedHead(database, { action: 'audit.verified', chain });
  // A team begins with an event; a personal workspace may have none yet.
  const isBegun = await isTeam(database, chain);
  const walk = new ChainWalk(auditKey, checkpoint);
  let head: Row<'audit_chains'> | undefined;
  let afterSeq: number | undefined;
  for (;;) {
    const rows = await listChainEvents(database, { chain, afterSeq, limit: BATCH });
    for (const row of rows) walk.take(row);
    afterSeq = rows.at(-1)?.seq ?? afterSeq;
    await nextTurn();
    if (rows.length === BATCH) continue;
    // Nothing came after a head that was read before: the walk is at its end.
    if (head !== undefined && rows.length === 0) break;
    // The head is read after its events, so none of ours has a higher number, unless the head was put back.
    head = await findChainHead(database, chain);
    if (head === undefined || head.last_number <= walk.number) break;
  }
  return walk.end({ head, notedNumber: notedNumberOf(auditKey, noted), isBegun });
}

const Noted = z.object({ number: z.number().int() });

/** The head that the instance's own chain has noted; 0 where none was or somebody changed the note. */
function notedNumberOf(auditKey: Buffer, row: Row<'audit_events'> | undefined): number {
  if (row === undefined || row.hash === null || !isSameHash(hashEvent(auditKey, row), row.hash)) return 0;
  return Noted.safeParse(JSON.parse(row.details)).data?.number ?? 0;
}

interface End {
  readonly head: Row<'audit_chains'> | undefined;
  readonly notedNumber: number;
  /** Whether there must be events. */
  readonly isBegun: boolean;
}

class ChainWalk {
  readonly #auditKey: Buffer;
  readonly #removed: number;
  readonly #isShortened: boolean;
  readonly #faults: ChainFault[] = [];
  #number: number;
  #hash: string;
  /** The highest number of an event that is ours. */
  #genuineNumber = 0;
  #checked = 0;
  #unchained = 0;

  constructor(auditKey: Buffer, checkpoint: Row<'audit_checkpoints'> | undefined) {
    this.#auditKey = auditKey;
    this.#number = checkpoint?.number ?? 0;
    this.#hash = checkpoint?.hash ?? CHAIN_START;
    this.#removed = checkpoint?.removed ?? 0;
    this.#isShortened = checkpoint !== undefined;
    if (checkpoint !== undefined && !isSameHash(hashCheckpoint(auditKey, checkpoint), checkpoint.mac)) {
      this.#note('checkpoint', checkpoint.number, null);
    }
  }

  /** Of the last event that stood in its place. */
  get number(): number {
    return this.#number;
  }

  take(row: Row<'audit_events'>): void {
    const { chain_number: number, hash, previous_hash: previousHash } = row;
    if (number === null || hash === null) {
      // Before the first numbered event these are old ones; behind it nobody of ours writes without a number.
      if (this.#checked === 0 && this.#number === 0) this.#unchained += 1;
      else this.#note('foreign', this.#number, row.id);
      return;
    }
    const isGenuine = isSameHash(hashEvent(this.#auditKey, row), hash);
    if (isGenuine) this.#genuineNumber = Math.max(this.#genuineNumber, number);
    if (number <= this.#number) {
      this.#note(isGenuine ? 'moved' : 'foreign', number, row.id);
      return;
    }
    const isNext = number === this.#number + 1;
    // A number far ahead that nobody of ours has hashed says nothing about the events before it.
    if (!isNext && !isGenuine) {
      this.#note('foreign', number, row.id);
      return;
    }
    if (!isNext) this.#note('missing', this.#number + 1, null, number - this.#number - 1);
    const fits = !isNext || previousHash === this.#hash;
    if (!fits || !isGenuine) this.#note('changed', number, row.id);
    if (isGenuine && row.action === 'audit.head_refused') this.#note('head', number, row.id);
    this.#number = number;
    this.#hash = hash;
    this.#checked += 1;
  }

  end({ head, notedNumber, isBegun }: End): ChainReport {
    const lastNumber = Math.max(head?.last_number ?? 0, notedNumber);
    const isEmpty = this.#checked + this.#unchained + this.#number === 0 && !isBegun;
    if (head === undefined ? !isEmpty : !isSameHash(hashHead(this.#auditKey, head), head.mac)) {
      this.#note('head', this.#number, null);
    } else if (head !== undefined) {
      this.#compare(head);
    }
    if (this.#number < lastNumber) this.#note('cut', this.#number + 1, null, lastNumber - this.#number);
    else if (head !== undefined && this.#number === head.last_number && this.#hash !== head.last_hash) {
      this.#note('changed', this.#number, null);
    }
    return {
      checked: this.#checked,
      unchained: this.#unchained,
      removed: this.#removed,
      head: { number: this.#number, hash: this.#hash },
      faults: this.#faults,
    };
  }

  /** What a head that is ours says, against what is there. */
  #compare(head: Row<'audit_chains'>): void {
    const { last_number: lastNumber, unchained } = head;
    if (this.#genuineNumber > lastNumber) this.#note('head', lastNumber, null);
    if (unchained < this.#unchained) this.#note('foreign', 0, null, this.#unchained - unchained);
    // Events of before the chain go with the first that retention removes.
    if (unchained > this.#unchained && !this.#isShortened) {
      this.#note('missing', 0, null, unchained - this.#unchained);
    }
  }

  #note(kind: ChainFault['kind'], number: number, eventId: AuditEventId | null, count = 1): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push({ kind, number, eventId, count });
  }
}
