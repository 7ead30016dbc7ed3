import { Email, line } from '../../contract/fields.ts';
import { normaliseEmail } from '../accounts/account-view.ts';
import { createAccount, hasAccount } from '../accounts/create-account.ts';
import { NO_PASSWORD } from '../accounts/password.ts';
import { finishSignIn } from '../accounts/sign-in.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { CallContext, Handler } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import type { Row } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import {
  hasSecondFactor,
  readFactors,
  secondFactorNeeded,
  takeSecondFactorCode,
} from '../second-factors/second-factor.ts';
import { personActor } from '../sessions/sessions.ts';
import { readSettingValue } from '../settings/settings.ts';
import { networkOf } from '../throttle.ts';
import { consumeSecondStep, findSecondStep, keepSecondStep } from './attempts.ts';
import { connectIdentity } from './identities.ts';
import { beginSignOn, finishSignOn, type ProvedIdentity } from './sign-on.ts';
import { findUser, findUserByIdentity, touchIdentity } from './sso.store.ts';

export const startSso: Handler<'POST /api/sso/start'> = async (context) => {
  await context.services.throttles.take('ssoByAddress', networkOf(context.ip));
  return beginSignOn(context, { purpose: 'sign_in', by: null });
};

/**
 * Signs in whose identity this is. An e-mail decides nothing: somebody unknown with the address of an account is told to
 * connect the two while signed in to it (`sso_not_linked`).
 */
export const finishSso: Handler<'POST /api/sso/finish'> = async (context, { body }) => {
  const { services } = context;
  await services.throttles.take('ssoByAddress', networkOf(context.ip));
  const { identity } = await finishSignOn(context, body.query, { purposes: ['sign_in'], actor: null });
  const known = await findUserByIdentity(services.database.kysely, identity);
  const user = known ?? (await createUser(context, identity));
  if (user.state !== 'active') throw await refuse(context, user, 'disabled', new AppError('account_disabled'));
  if (known !== undefined) await noteUse(context, identity);
  const factors = await readFactors(context, user.id);
  if (hasSecondFactor(factors) && !identity.secondFactor) {
    await keepSecondStep(context, user.id);
    throw await refuse(context, user, 'second_factor_missing', secondFactorNeeded(factors));
  }
  return arrive(context, user, { secondFactor: identity.secondFactor });
};

/** An account with a second factor asks for it whichever way somebody comes in (OWASP ASVS 6.3.4). */
export const proveSecondFactor: Handler<'POST /api/sso/second-factor'> = async (context, { body }) => {
  const user = await findUser(context.services.database.kysely, await findSecondStep(context));
  if (user === undefined) throw new AppError('sso_failed');
  if (user.state !== 'active') throw await refuse(context, user, 'disabled', new AppError('account_disabled'));
  if (!(await takeSecondFactorCode(context, user, body.totp))) {
    throw await refuse(context, user, 'second_factor_wrong', new AppError('totp_wrong'));
  }
  await consumeSecondStep(context);
  return arrive(context, user, { secondFactor: true });
};

async function arrive(context: CallContext, user: Row<'users'>, { secondFactor }: { secondFactor: boolean }) {
  const signedIn = await finishSignIn(context, user, { method: 'oidc', secondFactor });
  context.setBrowserToken(null);
  return signedIn;
}

/** Writes a refusal into the history of the account, and gives it back to be thrown. */
async function refuse(context: CallContext, user: Row<'users'>, reason: string, error: AppError): Promise<AppError> {
  await recordAuditEvent(context.services.database.kysely, context, {
    action: 'account.signed_in',
    actor: personActor(user),
    result: 'denied',
    reason,
    details: { method: 'oidc', secondFactor: false },
  });
  return error;
}

async function noteUse({ services, nowMs }: CallContext, identity: ProvedIdentity): Promise<void> {
  await touchIdentity(services.database.kysely, identity, { last_used_at: nowMs, email: identity.email });
}

/** An account for somebody unknown, where the settings say so and their mailbox is proved and of the right domain. */
async function createUser(context: CallContext, identity: ProvedIdentity): Promise<Row<'users'>> {
  return context.services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, 'register');
    // Somebody may have been faster, in another tab.
    const other = await findUserByIdentity(transaction, identity);
    if (other !== undefined) return other;
    return insertUserOf(transaction, context, identity);
  });
}

async function insertUserOf(
  transaction: Transaction,
  context: CallContext,
  identity: ProvedIdentity,
): Promise<Row<'users'>> {
  const email = Email.safeParse(identity.email).data ?? null;
  if (email !== null && (await hasAccount(transaction, email))) throw new AppError('sso_not_linked');
  const setting = await readSettingValue(transaction, 'sso');
  const isWelcome = setting?.createsAccounts === true && identity.emailVerified;
  if (email === null || !isWelcome || !isOfDomain(email, setting.domains)) throw new AppError('sign_up_closed');
  const account = { email, name: nameOf(identity, email), passwordHash: NO_PASSWORD, emailVerified: true };
  const user = await createAccount(transaction, context, { ...account, isInstanceAdmin: false });
  await connectIdentity(transaction, context, { user, identity });
  return user;
}

function isOfDomain(email: string, domains: readonly string[]): boolean {
  return domains.length === 0 || domains.includes(normaliseEmail(email).split('@').at(-1) ?? '');
}

/** The name the provider tells, where it is one, else the beginning of the address. */
function nameOf({ name }: ProvedIdentity, email: string): string {
  return line(80).safeParse(name?.slice(0, 80)).data ?? email.split('@')[0] ?? email;
}
