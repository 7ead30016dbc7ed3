import type { OperationReply, OperationRequest } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';

type CreationOptions = OperationReply<Operations['POST /api/me/passkeys/options']>;
type RequestOptions = OperationReply<Operations['POST /api/login/passkey/options']>;
type Registration = OperationRequest<Operations['POST /api/me/passkeys']>['body']['registration'];
type Authentication = OperationRequest<Operations['POST /api/login/passkey']>['body']['authentication'];

/** What kept the browser from making or using a passkey. */
export type PasskeyProblemKind = 'given_up' | 'exists' | 'unsupported' | 'failed';

/** The browser made or used no passkey; nothing was sent to the server. */
export class PasskeyProblem extends Error {
  readonly kind: PasskeyProblemKind;

  constructor(kind: PasskeyProblemKind, cause: unknown) {
    super(`passkey: ${kind}`, { cause });
    this.name = 'PasskeyProblem';
    this.kind = kind;
  }
}

/** Whether the browser knows passkeys and lets this page use them: only at an address with a name, over HTTPS or local. */
export function passkeysWork(): boolean {
  const isAddress = /^\[|^\d+(\.\d+){3}$/.test(window.location.hostname);
  return window.isSecureContext && typeof PublicKeyCredential !== 'undefined' && !isAddress;
}

/** Has the browser make a passkey. Rejects with PasskeyProblem. */
export async function makePasskey(options: CreationOptions): Promise<Registration> {
  const credential = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: options.excludeCredentials.map(toDescriptor),
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new PasskeyProblem('failed', response);
  return {
    id: credential.id,
    type: 'public-key',
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** Has the browser answer the question of the server with a passkey. Rejects with PasskeyProblem. */
export async function provePasskey(options: RequestOptions): Promise<Authentication> {
  const credential = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: options.allowCredentials.map(toDescriptor),
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new PasskeyProblem('failed', response);
  return {
    id: credential.id,
    type: 'public-key',
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle === null ? null : toText(response.userHandle),
    },
  };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!passkeysWork()) throw new PasskeyProblem('unsupported', null);
  const credential = await ask().catch((cause: unknown) => {
    throw new PasskeyProblem(kindOf(cause), cause);
  });
  if (credential instanceof PublicKeyCredential) return credential;
  throw new PasskeyProblem('given_up', null);
}

/** The names that WebAuthn gives its refusals. `NotAllowedError` covers cancelling and waiting too long alike. */
function kindOf(cause: unknown): PasskeyProblemKind {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return 'given_up';
  if (name === 'InvalidStateError') return 'exists';
  return name === 'NotSupportedError' ? 'unsupported' : 'failed';
}

const transports = ['usb', 'nfc', 'ble', 'internal', 'hybrid', 'smart-card'];

function isTransport(name: string): name is AuthenticatorTransport {
  return transports.includes(name);
}

function toDescriptor(descriptor: CreationOptions['excludeCredentials'][number]): PublicKeyCredentialDescriptor {
  return {
    type: descriptor.type,
    id: toBytes(descriptor.id),
    transports: descriptor.transports.filter(isTransport),
  };
}

function toBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toText(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
