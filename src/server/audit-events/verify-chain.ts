import { timingSafeEqual } from 'node:crypto';
import type { AuditEventId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { findChainHead, findLastCheckpoint, listChainEvents } from './audit-chain.store.ts';
import { CHAIN_START, hashCheckpoint, hashEvent } from './audit-chain.ts';

const BATCH = 1000;
/** Enough to see what happened; a chain that was cut up has a fault at every event. */
const FAULTS_MAX = 100;

/**
 * What is wrong at one place of a chain. `changed`: the event is not as it was written. `missing`: events between the one
 * before and this one are gone. `moved`: it stands at another place than it was written at. `foreign`: nobody of ours
 * wrote it. `cut`: the newest events are gone. `checkpoint`: the seal over removed events is not ours.
 */
export interface ChainFault {
  readonly kind: 'changed' | 'missing' | 'moved' | 'foreign' | 'cut' | 'checkpoint';
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
  // The head comes first: events that are written meanwhile stand behind it and are not looked at.
  const head = await findChainHead(database, chain);
  const checkpoint = await findLastCheckpoint(database, chain);
  const walk = new ChainWalk(auditKey, { checkpoint, lastNumber: head?.last_number ?? 0 });
  let afterSeq = 0;
  for (;;) {
    const rows = await listChainEvents(database, { chain, afterSeq, limit: BATCH });
    for (const row of rows) walk.take(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) break;
    afterSeq = last.seq;
  }
  return walk.end(head?.last_hash ?? CHAIN_START);
}

class ChainWalk {
  readonly #auditKey: Buffer;
  readonly #lastNumber: number;
  readonly #removed: number;
  readonly #faults: ChainFault[] = [];
  #number: number;
  #hash: string;
  #checked = 0;
  #unchained = 0;

  constructor(
    auditKey: Buffer,
    { checkpoint, lastNumber }: { checkpoint: Row<'audit_checkpoints'> | undefined; lastNumber: number },
  ) {
    this.#auditKey = auditKey;
    this.#lastNumber = lastNumber;
    this.#number = checkpoint?.number ?? 0;
    this.#hash = checkpoint?.hash ?? CHAIN_START;
    this.#removed = checkpoint?.removed ?? 0;
    if (checkpoint !== undefined && !isSame(hashCheckpoint(auditKey, checkpoint), checkpoint.mac)) {
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
    if (number > this.#lastNumber) return;
    if (number <= this.#number) {
      this.#note('moved', number, row.id);
      return;
    }
    if (number > this.#number + 1) this.#note('missing', this.#number + 1, null, number - this.#number - 1);
    const fits = number > this.#number + 1 || previousHash === this.#hash;
    if (!fits || !isSame(hashEvent(this.#auditKey, row), hash)) this.#note('changed', number, row.id);
    this.#number = number;
    this.#hash = hash;
    this.#checked += 1;
  }

  end(headHash: string): ChainReport {
    if (this.#number < this.#lastNumber) {
      this.#note('cut', this.#number + 1, null, this.#lastNumber - this.#number);
    } else if (this.#hash !== headHash) {
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

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
