import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { AuditEventId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { findChainHead, findLastCheckpoint, findNotedHead, isTeam, listChainEvents } from './audit-chain.store.ts';
import { CHAIN_START, hashCheckpoint, hashEvent, hashHead, isSameHash } from './audit-chain.ts';

/** As many as are hashed before calls have their turn again. */
const BATCH = 200;
const FIRST_SEQ = Number.MIN_SAFE_INTEGER;
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

/** Walks one chain from its checkpoint to its head and names every place that is not as it was written. */
export async function verifyChain(database: DatabaseHandle, auditKey: Buffer, chain: string): Promise<ChainReport> {
  const checkpoint = await findLastCheckpoint(database, chain);
  const walk = new ChainWalk(auditKey, checkpoint);
  let afterSeq = FIRST_SEQ;
  for (;;) {
    const rows = await listChainEvents(database, { chain, afterSeq, limit: BATCH });
    for (const row of rows) walk.take(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) break;
    afterSeq = last.seq;
    await nextTurn();
  }
  // The head comes last: no event that we wrote can have a higher number than a head that is read later.
  const head = await findChainHead(database, chain);
  const noted = chain === '' ? undefined : await findNotedHead(database, { action: 'audit.verified', chain });
  // A team begins with an event; a personal workspace may have none yet.
  const isBegun = await isTeam(database, chain);
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
  readonly #faults: ChainFault[] = [];
  #number: number;
  #hash: string;
  #checked = 0;
  #unchained = 0;

  constructor(auditKey: Buffer, checkpoint: Row<'audit_checkpoints'> | undefined) {
    this.#auditKey = auditKey;
    this.#number = checkpoint?.number ?? 0;
    this.#hash = checkpoint?.hash ?? CHAIN_START;
    this.#removed = checkpoint?.removed ?? 0;
    if (checkpoint !== undefined && !isSameHash(hashCheckpoint(auditKey, checkpoint), checkpoint.mac)) {
      this.#note('checkpoint', checkpoint.number, null);
    }
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
    } else if (head !== undefined && head.unchained < this.#unchained) {
      this.#note('foreign', 0, null, this.#unchained - head.unchained);
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

  #note(kind: ChainFault['kind'], number: number, eventId: AuditEventId | null, count = 1): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push({ kind, number, eventId, count });
  }
}
