import type { ActorContext } from '../context.ts';
import type { CredentialView } from './credential-view.ts';
import { listCredentials } from './list-credentials.ts';

const ATTENTION_MAX = 10;

/** Broken first, then what runs out soon. */
const statuses = ['invalid', 'unreadable', 'no_quota', 'unreachable', 'expired', 'expiring'] as const;

/** Credentials that somebody should look at, each once, at most ten. */
export async function listAttention(context: ActorContext): Promise<CredentialView[]> {
  const found = new Map<string, CredentialView>();
  for (const status of statuses) {
    if (found.size >= ATTENTION_MAX) break;
    const query = { status, limit: ATTENTION_MAX };
    const { items } = await listCredentials(context, { params: undefined, body: undefined, query });
    for (const item of items) found.set(item.id, item);
  }
  return [...found.values()].slice(0, ATTENTION_MAX);
}
