import { tellOwner } from '../accounts/account-mail.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext, Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { hasSecondFactor, readFactors, requireOwnFactor, secondFactorNeeded } from '../second-factors/second-factor.ts';
import { FRESH_MS, freshUntil, renewSession } from '../sessions/sessions.ts';
import { networkOf } from '../throttle.ts';
import { connectIdentity } from './identities.ts';
import { beginSignOn, finishSignOn, type ProvedIdentity } from './sign-on.ts';
import { findUserByIdentity } from './sso.store.ts';

const bySession = ({ user, session }: AccountContext) => ({ userId: user.id, sessionId: session.id });

/** To be signed in and to have just proved it is the consent that connecting takes. */
export const startLink: Handler<'POST /api/me/sso/link'> = async (context) => {
  await requireOwnFactor(context);
  return beginSignOn(context, { purpose: 'link', by: bySession(context) });
};

/** An account with a second factor of its own proves itself by that, as everywhere. */
export const startConfirm: Handler<'POST /api/me/sso/confirm'> = async (context) => {
  const factors = await readFactors(context, context.user.id);
  if (hasSecondFactor(factors)) throw secondFactorNeeded(factors);
  return beginSignOn(context, { purpose: 'confirm', by: bySession(context) });
};

/** Good for the session that began it alone: nobody finishes in somebody else's name. */
export const finishWhileSignedIn: Handler<'POST /api/me/sso/finish'> = async (context, { body }) => {
  const { services, user, session } = context;
  await services.throttles.take('ssoByAddress', networkOf(context.ip));
  const { attempt, identity } = await finishSignOn(context, body.query, {
    purposes: ['link', 'confirm'],
    actor: context.actor,
  });
  if (attempt.userId !== user.id || attempt.sessionId !== session.id) throw new AppError('sso_failed');
  if (attempt.purpose === 'confirm') return confirm(context, identity);
  await services.database.transaction((transaction) => connectIdentity(transaction, context, { user, identity }));
  context.setBrowserToken(null);
  tellOwner(context, user, { kind: 'identityLinked' });
  return { purpose: 'link', freshUntil: freshUntil(context) };
};

async function confirm(context: AccountContext, identity: ProvedIdentity) {
  const { services, user, actor, nowMs } = context;
  const cookie = await services.database.transaction(async (transaction) => {
    if ((await findUserByIdentity(transaction, identity))?.id !== user.id) throw new AppError('sso_failed');
    const renewed = await renewSession(transaction, context, { secondFactor: identity.secondFactor });
    await recordAuditEvent(transaction, context, { action: 'account.identity_confirmed', actor });
    return renewed;
  });
  if (cookie !== null) context.setSessionCookie(cookie);
  context.setBrowserToken(null);
  return { purpose: 'confirm' as const, freshUntil: new Date(nowMs + FRESH_MS).toISOString() };
}
