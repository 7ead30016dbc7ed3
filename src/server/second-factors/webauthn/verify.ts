import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AuthenticatorData, readAuthenticatorData } from './authenticator-data.ts';
import { readCbor } from './cbor.ts';
import { isSignedBy, readCoseKey } from './cose-key.ts';

/** Whom a passkey belongs to: a domain, and the one origin we are opened by. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** Why a passkey was refused. For the audit trail; callers see `passkey_refused`. */
export type PasskeyFault =
  | 'malformed'
  | 'challenge'
  | 'type'
  | 'origin'
  | 'domain'
  | 'user_presence'
  | 'user_verification'
  | 'key'
  | 'signature'
  | 'counter'
  | 'unknown_passkey'
  | 'other_account'
  | 'account_disabled';

export class PasskeyRefusal extends Error {
  readonly fault: PasskeyFault;

  constructor(fault: PasskeyFault, options: { cause?: unknown } = {}) {
    super(`passkey refused: ${fault}`, options);
    this.name = 'PasskeyRefusal';
    this.fault = fault;
  }
}

const ClientData = z.object({
  type: z.string(),
  challenge: z.string().max(200),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
});
type ClientData = z.output<typeof ClientData>;

const decode = (text: string): Buffer => Buffer.from(text, 'base64url');
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** Runs what may fail on bytes of a stranger; every failure is a refusal. */
function reading<Result>(fault: PasskeyFault, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new PasskeyRefusal(fault, { cause });
  }
}

/** What the browser says of the ceremony: read before anything else, to find the challenge. Throws PasskeyRefusal. */
export function readClientData(clientDataJSON: string): ClientData {
  return reading('malformed', () =>
    ClientData.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(decode(clientDataJSON)))),
  );
}

/** The checks that both ceremonies share: type, origin, domain, and a person who was there and proved it. */
function checkCeremony(
  client: ClientData,
  data: AuthenticatorData,
  expected: { type: 'webauthn.create' | 'webauthn.get'; party: RelyingParty },
): void {
  if (client.type !== expected.type) throw new PasskeyRefusal('type');
  const isFramed = client.crossOrigin === true || client.topOrigin !== undefined;
  if (client.origin !== expected.party.origin || isFramed) throw new PasskeyRefusal('origin');
  if (!sha256(expected.party.id).equals(data.rpIdHash)) throw new PasskeyRefusal('domain');
  if (!data.isUserPresent) throw new PasskeyRefusal('user_presence');
  if (!data.isUserVerified) throw new PasskeyRefusal('user_verification');
  if (data.isBackedUp && !data.isBackupEligible) throw new PasskeyRefusal('malformed');
}

export interface NewPasskey {
  /** Base64url. */
  readonly webauthnId: string;
  /** Base64url of the COSE key. */
  readonly publicKey: string;
  readonly counter: number;
  readonly isBackedUp: boolean;
}

/**
 * Checks a new passkey (WebAuthn level 3, section 7.1); the caller has checked the challenge. Attestation is neither asked
 * for nor read: any authenticator may be used. Throws PasskeyRefusal.
 */
export function verifyRegistration(
  registration: { id: string; response: { clientDataJSON: string; attestationObject: string } },
  party: RelyingParty,
): NewPasskey {
  const client = readClientData(registration.response.clientDataJSON);
  const data = reading('malformed', () => readAttested(registration.response.attestationObject));
  checkCeremony(client, data, { type: 'webauthn.create', party });
  const { credential } = data;
  if (credential === null) throw new PasskeyRefusal('malformed');
  const webauthnId = Buffer.from(credential.id).toString('base64url');
  // The browser's word for the id must be the authenticator's.
  if (webauthnId === '' || credential.id.length > 1023 || webauthnId !== registration.id) {
    throw new PasskeyRefusal('malformed');
  }
  reading('key', () => readCoseKey(credential.coseKey));
  const publicKey = Buffer.from(credential.coseKey).toString('base64url');
  return { webauthnId, publicKey, counter: data.counter, isBackedUp: data.isBackedUp };
}

function readAttested(attestationObject: string): AuthenticatorData {
  const bytes = decode(attestationObject);
  const { value, end } = readCbor(bytes);
  const data = value instanceof Map ? value.get('authData') : undefined;
  if (!(data instanceof Uint8Array) || end !== bytes.length) throw new Error('no authenticator data');
  return readAuthenticatorData(data);
}

/**
 * Checks a signature by a known passkey (WebAuthn level 3, section 7.2); the caller has checked the challenge, and compares
 * the counter when it stores it. Throws PasskeyRefusal.
 */
export function verifyAuthentication(
  authentication: { response: { clientDataJSON: string; authenticatorData: string; signature: string } },
  passkey: { publicKey: string },
  party: RelyingParty,
): { counter: number; isBackedUp: boolean } {
  const { clientDataJSON, authenticatorData, signature } = authentication.response;
  const client = readClientData(clientDataJSON);
  const bytes = decode(authenticatorData);
  const data = reading('malformed', () => readAuthenticatorData(bytes));
  checkCeremony(client, data, { type: 'webauthn.get', party });
  const signed = Buffer.concat([bytes, sha256(decode(clientDataJSON))]);
  const isSigned = reading('signature', () => isSignedBy(decode(passkey.publicKey), signed, decode(signature)));
  if (!isSigned) throw new PasskeyRefusal('signature');
  return { counter: data.counter, isBackedUp: data.isBackedUp };
}
