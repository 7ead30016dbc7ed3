/** What WebAuthn's structures are made of, of all that CBOR (RFC 8949) can hold. */
export type Cbor = number | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<number | string, Cbor>;

const DEPTH_MAX = 8;
const ITEMS_MAX = 100;

/** Why bytes are no CBOR that we read. Internal: a caller sees `passkey_refused`. */
class CborError extends Error {
  override readonly name = 'CborError';
}

/**
 * Reads one CBOR item from the start of `bytes`, and tells where it ends. Only definite lengths, integers, text, bytes,
 * lists, maps and simple values, as CTAP2's canonical form allows. Throws CborError for anything else.
 */
export function readCbor(bytes: Uint8Array): { value: Cbor; end: number } {
  const reader = new Reader(bytes);
  const value = reader.read(0);
  return { value, end: reader.position };
}

class Reader {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(depth: number): Cbor {
    if (depth > DEPTH_MAX) throw new CborError('too deep');
    const [first = 0] = this.#take(1);
    const type = first >> 5;
    if (type === 7) return readSimple(first & 31);
    const argument = this.#readArgument(first & 31);
    if (type === 0) return argument;
    if (type === 1) return -1 - argument;
    if (type === 2) return Uint8Array.from(this.#take(argument));
    if (type === 3) return new TextDecoder('utf-8', { fatal: true }).decode(this.#take(argument));
    if (type === 4) return this.#readList(argument, depth);
    if (type === 5) return this.#readMap(argument, depth);
    throw new CborError('a tag');
  }

  #take(length: number): Uint8Array {
    const end = this.position + length;
    if (end > this.#bytes.length) throw new CborError('cut off');
    const taken = this.#bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  #readArgument(info: number): number {
    if (info < 24) return info;
    const at = this.position;
    if (info === 24) return this.#take(1)[0] ?? 0;
    if (info === 25) {
      this.#take(2);
      return this.#view.getUint16(at);
    }
    if (info === 26) {
      this.#take(4);
      return this.#view.getUint32(at);
    }
    throw new CborError('an indefinite or very long length');
  }

  #readList(length: number, depth: number): readonly Cbor[] {
    if (length > ITEMS_MAX) throw new CborError('too many items');
    return Array.from({ length }, () => this.read(depth + 1));
  }

  #readMap(length: number, depth: number): CborMap {
    if (length > ITEMS_MAX) throw new CborError('too many items');
    const map = new Map<number | string, Cbor>();
    for (let index = 0; index < length; index += 1) {
      const name = this.read(depth + 1);
      if ((typeof name !== 'number' && typeof name !== 'string') || map.has(name)) throw new CborError('a bad name');
      map.set(name, this.read(depth + 1));
    }
    return map;
  }
}

function readSimple(info: number): Cbor {
  if (info === 20) return false;
  if (info === 21) return true;
  if (info === 22) return null;
  throw new CborError('a simple value of another kind');
}
