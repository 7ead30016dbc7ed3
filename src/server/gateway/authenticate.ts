import { hashVirtualKey, isWellFormed } from '../virtual-keys/virtual-key-secret.ts';
import type { CallHead } from './exchange.ts';
import type { Refusal } from './refusals.ts';
import type { VirtualKeyEntry } from './snapshot.ts';
import type { WorkspacesInMemory } from './workspaces-in-memory.ts';

/**
 * The hash of the virtual key that a call presents, from wherever the client's dialect puts it. Form and check digits are
 * judged before anything is looked up (CVE-2026-42208 came of less).
 */
export function presentedHash(head: CallHead): string | Refusal {
  const presented = presentedSecrets(head);
  const [secret] = presented;
  if (secret === undefined) return { code: 'virtual_key_missing' };
  // Claude Code sends its key in two headers: they may agree, but nobody may try two at once.
  if (presented.some((other) => other !== secret)) return { code: 'virtual_key_malformed' };
  if (!isWellFormed(secret)) return { code: 'virtual_key_malformed' };
  return hashVirtualKey(secret);
}

/**
 * The virtual key with this hash of its whole secret (CVE-2026-35030 came of less) as it is at this moment. Asked again
 * once the body of a call has come: uploads take minutes, and a key may be revoked meanwhile.
 */
export function authenticate(hash: string, workspaces: WorkspacesInMemory, nowMs: number): VirtualKeyEntry | Refusal {
  const virtualKey = workspaces.findVirtualKey(hash, nowMs);
  if (virtualKey === undefined) return { code: 'virtual_key_unknown' };
  if (virtualKey.expiresAtMs !== null && virtualKey.expiresAtMs <= nowMs) return { code: 'virtual_key_expired' };
  return virtualKey;
}

function presentedSecrets(head: CallHead): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(head.header('authorization') ?? '')?.[1];
  const named = ['x-api-key', 'x-goog-api-key', 'api-key'].map((name) => head.header(name)?.trim());
  const presented = [bearer, ...named, geminiQueryKey(head.target)];
  return presented.filter((value): value is string => value !== undefined && value !== '');
}

/** `?key=` as old Gemini clients send it; nowhere else, for addresses end up in logs. */
function geminiQueryKey(target: string): string | undefined {
  const query = target.indexOf('?');
  if (query < 0 || !/^\/(?:v1beta|v1\/models)(?:\/|$)/.test(target.slice(0, query))) return undefined;
  return new URLSearchParams(target.slice(query + 1)).get('key') ?? undefined;
}

/** Whether a call carries what could be a virtual key, wherever it stands. */
export function hasGatewayCredential(head: Pick<CallHead, 'header' | 'target'>): boolean {
  return ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'].some((name) => head.header(name) !== undefined);
}
