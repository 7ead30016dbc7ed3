import type { Handler } from '../context.ts';
import { findRelyingParty } from '../second-factors/relying-party.ts';
import { readFactors } from '../second-factors/second-factor.ts';
import { canSendLinks } from './account-mail.ts';
import { hasPassword } from './password.ts';

export const readSecurity: Handler<'GET /api/me/security'> = async (context) => {
  const { session, user } = context;
  return {
    hasPassword: hasPassword(user),
    secondFactors: await readFactors(context, user.id),
    session: { method: session.method, secondFactor: session.has_second_factor === 1 },
    emailVerified: user.email_verified_at !== null,
    mailIsSetUp: await canSendLinks(context),
    passkeyDomain: findRelyingParty(context)?.id ?? null,
  };
};
