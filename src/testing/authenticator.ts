import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What may be wrong about an answer of the authenticator; everything else stays as it should be. */
export interface Flaws {
  type?: string;
  origin?: string;
  challenge?: string;
  crossOrigin?: boolean;
  rpId?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  counter?: number;
  userHandle?: string | null;
  /** Signs with another key. */
  foreignKey?: boolean;
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
const encode = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** CBOR (RFC 8949) of what WebAuthn needs, written independently of the server's reader. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) {
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([name, item]) => [cbor(name), cbor(item)])]);
  }
  throw new TypeError('not needed here');
}

function head(type: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(type << 5) | argument]);
  if (argument < 256) return Buffer.from([(type << 5) | 24, argument]);
  return Buffer.from([(type << 5) | 25, argument >> 8, argument & 255]);
}

/** An authenticator with one passkey in it (ES256), and the browser around it, made with node:crypto. */
export class Authenticator {
  readonly origin: string;
  readonly rpId: string;
  readonly id = randomBytes(16);
  counter = 0;
  #userHandle: string | null = null;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(origin: string) {
    this.origin = origin;
    this.rpId = new URL(origin).hostname;
  }

  /** What `navigator.credentials.create` gives, as JSON. */
  create(options: { challenge: string; user: { id: string } }, flaws: Flaws = {}) {
    this.#userHandle = options.user.id;
    const data = this.#data({ ...flaws, counter: flaws.counter ?? 0 }, this.#attested(this.#keys.publicKey));
    return {
      id: encode(this.id),
      rawId: encode(this.id),
      type: 'public-key' as const,
      response: {
        clientDataJSON: encode(this.#client('webauthn.create', options.challenge, flaws)),
        attestationObject: encode(
          cbor(
            new Map<string, unknown>([
              ['fmt', 'none'],
              ['attStmt', new Map()],
              ['authData', data],
            ]),
          ),
        ),
        transports: ['internal'],
      },
      clientExtensionResults: {},
    };
  }

  /** What `navigator.credentials.get` gives, as JSON. Counts up by one unless the flaws say otherwise. */
  get(options: { challenge: string }, flaws: Flaws = {}) {
    this.counter = flaws.counter ?? this.counter + 1;
    const data = this.#data({ ...flaws, counter: this.counter });
    const client = this.#client('webauthn.get', options.challenge, flaws);
    const signer = flaws.foreignKey ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : this.#keys;
    return {
      id: encode(this.id),
      rawId: encode(this.id),
      type: 'public-key' as const,
      response: {
        clientDataJSON: encode(client),
        authenticatorData: encode(data),
        signature: encode(sign('sha256', Buffer.concat([data, sha256(client)]), signer.privateKey)),
        userHandle: flaws.userHandle === undefined ? this.#userHandle : flaws.userHandle,
      },
      clientExtensionResults: {},
    };
  }

  #client(type: string, challenge: string, flaws: Flaws): string {
    return JSON.stringify({
      type: flaws.type ?? type,
      challenge: flaws.challenge ?? challenge,
      origin: flaws.origin ?? this.origin,
      crossOrigin: flaws.crossOrigin ?? false,
    });
  }

  #data(flaws: Flaws, attested?: Buffer): Buffer {
    const fixed = Buffer.alloc(37);
    sha256(flaws.rpId ?? this.rpId).copy(fixed);
    const flags = (flaws.userPresent === false ? 0 : 1) | (flaws.userVerified === false ? 0 : 4);
    fixed.writeUInt8(flags | (attested === undefined ? 0 : 64), 32);
    fixed.writeUInt32BE(flaws.counter ?? 0, 33);
    return attested === undefined ? fixed : Buffer.concat([fixed, attested]);
  }

  #attested(key: KeyObject): Buffer {
    const { x = '', y = '' } = key.export({ format: 'jwk' });
    const cose = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    return Buffer.concat([Buffer.alloc(16), length, this.id, cbor(cose)]);
  }
}
