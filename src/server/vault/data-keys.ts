import type { KeyObject } from 'node:crypto';
import type { Database, Transaction } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import { outsideTransaction } from '../database/transaction.ts';
import { makeDataKey, unwrapDataKey } from './data-key.ts';
import type { MasterKeys } from './master-key-format.ts';
import type { DataKeyOwner } from './seal-context.ts';
import { SealError } from './seal-error.ts';
import type { SealingKey } from './sealed.ts';
import { insertDataKey, listDataKeys, reserveSeals, retireForSealing } from './vault.store.ts';

export type SealLimits = {
  /** Seals one data key may make before a new version takes over. NIST SP 800-38D allows 2^32 with random ivs. */
  perDataKeyMax: number;
  /** Seals counted in the database ahead of being made: what a crash can waste, so that it never counts too few. */
  reservation: number;
};

export const SEAL_LIMITS: SealLimits = { perDataKeyMax: 2 ** 30, reservation: 2 ** 16 };

/** The data keys of one owner in memory. A key that did not unwrap stays here as its error, thrown when it is needed. */
type KeyRing = {
  active: { id: string; version: number } | undefined;
  keys: Map<string, KeyObject | SealError>;
  remainingSeals: number;
  isStale: boolean;
  reserving: Promise<void> | undefined;
};

type Parts = { database: Database; masterKeys: MasterKeys; masterKey: SealingKey; limits: SealLimits };

/** The data keys that this process has loaded: from the database by awaiting, to seal and open without. */
export class DataKeys {
  readonly #database: Database;
  readonly #masterKeys: MasterKeys;
  readonly #masterKey: SealingKey;
  readonly #limits: SealLimits;
  readonly #rings = new Map<DataKeyOwner, KeyRing>();
  readonly #loading = new Map<DataKeyOwner, Promise<KeyRing>>();

  constructor({ database, masterKeys, masterKey, limits }: Parts) {
    this.#database = database;
    this.#masterKeys = masterKeys;
    this.#masterKey = masterKey;
    this.#limits = limits;
  }

  /**
   * Adds a key for an owner who has none. It is used only after a later `load`: were it used at once and the transaction
   * rolled back, nothing sealed with it could ever be opened.
   */
  async create(transaction: Transaction, owner: DataKeyOwner): Promise<void> {
    const { row } = makeDataKey({ masterKey: this.#masterKey, owner, version: 1 });
    await insertDataKey(transaction, row);
  }

  async load(owner: DataKeyOwner, purpose: 'seal' | 'open'): Promise<void> {
    const known = this.#rings.get(owner);
    const ring = known === undefined || known.isStale ? await this.#loadOnce(owner) : known;
    if (purpose === 'seal' && ring.remainingSeals === 0) await this.#reserveOnce(owner, ring);
  }

  /** The key to seal with. Takes one seal from the reservation and renews that in the background when it runs low. */
  takeForSealing(owner: DataKeyOwner): SealingKey {
    const ring = this.#rings.get(owner);
    if (ring?.active === undefined || ring.remainingSeals === 0) {
      throw new Error(`no seals are reserved for ${owner}: await loadDataKey before sealing`);
    }
    const { id } = ring.active;
    const key = ring.keys.get(id);
    if (key === undefined) throw new SealError('UnknownKey', { keyId: id });
    if (key instanceof SealError) throw key;
    ring.remainingSeals -= 1;
    if (ring.remainingSeals <= this.#limits.reservation / 2) {
      // A failure is met again, and then thrown, by the load that finds the reservation used up.
      outsideTransaction(() => this.#reserveOnce(owner, ring)).catch(() => {});
    }
    return { id, key };
  }

  /** The key an envelope names. One that is not here may be newer than our copy: the next load looks again. */
  findForOpening(owner: DataKeyOwner, id: string): KeyObject | undefined {
    const ring = this.#rings.get(owner);
    if (ring === undefined) throw new Error(`the data key of ${owner} is not loaded: await loadDataKey before opening`);
    const key = ring.keys.get(id);
    if (key === undefined) ring.isStale = true;
    if (key instanceof SealError) throw key;
    return key;
  }

  #loadOnce(owner: DataKeyOwner): Promise<KeyRing> {
    const running = this.#loading.get(owner);
    if (running !== undefined) return running;
    const loading = listDataKeys(this.#database.kysely, owner)
      .then((rows) => {
        const ring = this.#makeRing(owner, rows);
        this.#rings.set(owner, ring);
        return ring;
      })
      .finally(() => this.#loading.delete(owner));
    this.#loading.set(owner, loading);
    return loading;
  }

  #makeRing(owner: DataKeyOwner, rows: Row<'data_keys'>[]): KeyRing {
    if (rows.length === 0) throw new SealError('UnknownKey');
    const previous = this.#rings.get(owner);
    const active = rows.find((row) => row.state === 'active');
    return {
      active: active && { id: active.id, version: active.version },
      keys: new Map(rows.map((row) => [row.id, unwrapDataKey(this.#masterKeys, owner, row)])),
      remainingSeals: previous?.active?.id === active?.id ? (previous?.remainingSeals ?? 0) : 0,
      isStale: false,
      reserving: undefined,
    };
  }

  #reserveOnce(owner: DataKeyOwner, ring: KeyRing): Promise<void> {
    ring.reserving ??= this.#reserve(owner, ring).finally(() => {
      ring.reserving = undefined;
    });
    return ring.reserving;
  }

  async #reserve(owner: DataKeyOwner, ring: KeyRing): Promise<void> {
    const { reservation: count, perDataKeyMax: max } = this.#limits;
    if (ring.active === undefined) throw new SealError('UnknownKey');
    if (await reserveSeals(this.#database.kysely, { id: ring.active.id, count, max })) {
      ring.remainingSeals += count;
      return;
    }
    await this.#startNextVersion(owner, ring.active);
    const next = await this.#loadOnce(owner);
    const isReserved = next.active && (await reserveSeals(this.#database.kysely, { id: next.active.id, count, max }));
    if (!isReserved) throw new Error(`no seals could be reserved for ${owner}`);
    next.remainingSeals += count;
  }

  /** The active key is used up: it stays for opening, and a new one seals. Another process may have done it already. */
  async #startNextVersion(owner: DataKeyOwner, { id, version }: { id: string; version: number }): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      if (!(await retireForSealing(transaction, id))) return;
      const { row } = makeDataKey({ masterKey: this.#masterKey, owner, version: version + 1 });
      await insertDataKey(transaction, row);
    });
  }
}
