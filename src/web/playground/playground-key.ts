import { api } from '../api.ts';
import type { CredentialId } from '../credentials/credential.ts';

/** So long before its end a key is no longer used: an answer must not outlive it. */
const MARGIN_MS = 2 * 60_000;

export interface KeyWish {
  /** Who asks, in which workspace: nobody else may be served with it. */
  holder: string;
  /** The API key that may be used; null for all. */
  keyId: CredentialId | null;
}

interface HeldKey {
  secret: string;
  endsAtMs: number;
}

/** In this tab's memory alone: a reload forgets them, and they end by themselves within an hour. */
const held = new Map<string, HeldKey>();

const nameOf = ({ holder, keyId }: KeyWish): string => `${holder} ${keyId ?? 'all'}`;

/** The secret of a virtual key of the playground; a new one where there is none that lasts. Rejects with ApiError. */
export async function obtainPlaygroundKey(wish: KeyWish): Promise<string> {
  const known = held.get(nameOf(wish));
  if (known !== undefined && known.endsAtMs - MARGIN_MS > Date.now()) return known.secret;
  const keyIds = wish.keyId === null ? 'all' : [wish.keyId];
  const reply = await api('POST /api/playground/key', { body: { keyIds } });
  held.set(nameOf(wish), { secret: reply.secret, endsAtMs: Date.parse(reply.expiresAt) });
  return reply.secret;
}

/** After the gateway refused it. */
export function forgetPlaygroundKey(wish: KeyWish): void {
  held.delete(nameOf(wish));
}
