import { joinUrl, originOf, type ResolvedAddress } from './base-url.ts';
import type { Auth, DialectAccess, ProviderRequest } from './provider.ts';

export type Address = Extract<ResolvedAddress, { ok: true }>;

/** A secret that can travel in a header: visible ASCII without spaces. */
const SENDABLE_SECRET = /^[\x21-\x7e]+$/;

export function isSendableSecret(secret: string): boolean {
  return SENDABLE_SECRET.test(secret);
}

/** Every header that calls with this secret need: the secret in its place and the dialect's fixed ones. */
export function accessHeaders(access: DialectAccess, secret: string): Record<string, string> {
  const { alternativeAuth } = access;
  const isAlternative = alternativeAuth !== undefined && patternOf(alternativeAuth.secretPattern).test(secret);
  const auth = isAlternative ? alternativeAuth.auth : access.auth;
  return { ...access.headers, ...(secret === '' ? {} : authHeader(auth, secret)) };
}

const patterns = new Map<string, RegExp>();

/** Patterns are facts written in the providers' files, so there are few and they are kept. */
function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const pattern = new RegExp(source);
  patterns.set(source, pattern);
  return pattern;
}

function authHeader(auth: Auth, secret: string): Record<string, string> {
  return { [auth.name.toLowerCase()]: auth.kind === 'bearer' ? `Bearer ${secret}` : secret };
}

/**
 * The URL of a provider's call for a credential at this address: a path goes on the credential's base URL, a full address
 * stands only while the credential is at the provider's own hosts. Null where it does not apply.
 */
export function callUrl(address: Address, at: string, options: { readonly fromOrigin?: boolean } = {}): string | null {
  if (/^https?:\/\//.test(at)) return address.isMoved ? null : at;
  return joinUrl(options.fromOrigin ? originOf(address.baseUrl) : address.baseUrl, at);
}

/** A GET with the access's auth. The secret must be sendable. */
export function getRequest(address: Address, url: string, secret: string): ProviderRequest {
  return { method: 'GET', url, headers: { accept: 'application/json', ...accessHeaders(address.access, secret) } };
}
