import type { UserId } from '../../contract/ids.ts';
import type { SecurityNews } from '../../contract/vocabulary.ts';
import type { CallContext } from '../context.ts';
import { notify } from './notify.ts';

/**
 * Tells somebody what happened to their account. `isMailed`: a mail of its own says so already. Not to be called inside a
 * transaction.
 */
export async function tellOfSecurity(
  context: Pick<CallContext, 'services' | 'ip' | 'userAgent' | 'requestId' | 'nowMs'>,
  { userId, news, isMailed }: { userId: UserId; news: SecurityNews; isMailed: boolean },
): Promise<void> {
  const { services, ip, userAgent, requestId, nowMs } = context;
  const notice = {
    workspaceId: null,
    kind: 'security',
    dedupe: `${news} ${requestId} ${nowMs}`,
    subject: { id: null, label: '' },
    facts: { news, ip, userAgent },
  } as const;
  await notify(services.database.kysely, notice, { userIds: [userId], nowMs, skipsMail: isMailed });
}
