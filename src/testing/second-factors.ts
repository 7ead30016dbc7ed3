import { createHmac } from 'node:crypto';
import type { Client } from '../contract/client.ts';
import { Authenticator } from './authenticator.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An authenticator app: the code of a base-32 secret at a moment, written independently of the server. */
export function appCode(secret: string, atMs = Date.now()): string {
  const bits = Array.from(secret, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const mac = createHmac('sha1', bytes).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

export interface ConnectedApp {
  secret: string;
  recoveryCodes: string[];
  /** The code after the one that connected the app: not used yet, and taken already. */
  nextCode(): string;
}

/** Connects an authenticator app to the account of a signed-in client. */
export async function connectApp({ api }: { api: Client }): Promise<ConnectedApp> {
  const { secret } = await api('POST /api/me/totp');
  const { recoveryCodes } = await api('POST /api/me/totp/confirm', { body: { code: appCode(secret) } });
  return { secret, recoveryCodes, nextCode: () => appCode(secret, Date.now() + 30_000) };
}

/** Adds a passkey to the account of a signed-in client. The server's PUBLIC_URL must be `origin`. */
export async function addPasskey({ api }: { api: Client }, origin = 'http://localhost') {
  const authenticator = new Authenticator(origin);
  const registration = authenticator.create(await api('POST /api/me/passkeys/options'));
  const added = await api('POST /api/me/passkeys', { body: { name: 'Laptop', registration } });
  return { authenticator, ...added };
}
