import type { UserId } from '../../contract/ids.ts';
import { inBackground } from '../background.ts';
import type { CallContext } from '../context.ts';
import { tellOfSecurity } from '../notifications/security-notices.ts';
import { listSignInEvents } from './sign-ins.store.ts';

const LOOKED_AT_MAX = 200;

/** A browser is the same one with another version number. */
const deviceOf = (userAgent: string | null): string => (userAgent ?? '').replace(/[\d._]+/g, '');

/**
 * Tells somebody of a sign-in from a browser or program that none of their last sign-ins came from. The first one of an
 * account is no news. Nobody waits for it.
 */
export function noticeNewDevice(context: CallContext, userId: UserId): void {
  inBackground(context.services.log, 'looking for a new device', async () => {
    const { kysely } = context.services.database;
    const events = await listSignInEvents(kysely, { userId, beforeSeq: undefined, limit: LOOKED_AT_MAX });
    const before = events.filter(({ result, request_id: id }) => result === 'ok' && id !== context.requestId);
    const isKnown = before.some(({ user_agent: userAgent }) => deviceOf(userAgent) === deviceOf(context.userAgent));
    if (before.length === 0 || isKnown) return;
    await tellOfSecurity(context, { userId, news: 'newDevice', isMailed: false });
  });
}
