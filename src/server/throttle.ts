import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from './http-errors.ts';

/**
 * Limits on guessing and on dear actions, counted by account e-mail in normal form, by address or by user id. SECURITY.md
 * tells the figures to operators (OWASP ASVS 6.1.1).
 */
const limits = {
  /** Wrong passwords for one account from one address, so that a stranger cannot lock the owner out. */
  signInFromAddress: { points: 5, durationSeconds: 15 * 60 },
  /** Wrong passwords for one account from everywhere. */
  signInForAccount: { points: 100, durationSeconds: 60 * 60 },
  /** Wrong passwords from one address for all accounts. */
  signInByAddress: { points: 50, durationSeconds: 15 * 60 },
  register: { points: 100, durationSeconds: 60 * 60 },
  confirmPassword: { points: 5, durationSeconds: 15 * 60 },
  /** Wrong codes of an authenticator app, for one account from one address. Only who knows the password gets this far. */
  codeFromAddress: { points: 5, durationSeconds: 15 * 60 },
  /** The same from everywhere: at three codes in a million at a time, a year of guessing finds one with 23 %. */
  codeForAccount: { points: 10, durationSeconds: 60 * 60 },
  /** Wrong recovery codes for one account. They are too long to be guessed, so they work while the app's codes rest. */
  recoveryCode: { points: 10, durationSeconds: 15 * 60 },
  /** Passkeys that were refused, from one address. */
  passkeyByAddress: { points: 30, durationSeconds: 15 * 60 },
  /** Questions to a passkey, from one address: each is kept for five minutes. */
  passkeyOptions: { points: 300, durationSeconds: 15 * 60 },
  /** Mails with a link to choose a new password, to one mailbox. */
  resetForAccount: { points: 3, durationSeconds: 60 * 60 },
  /** The same, and tries of links, from one address. */
  linkByAddress: { points: 30, durationSeconds: 60 * 60 },
  /** Mails that prove a mailbox, for one person. */
  verifyEmail: { points: 5, durationSeconds: 60 * 60 },
  /** Tries of links that invite, from one address; a right one gives its point back. */
  invitationByAddress: { points: 60, durationSeconds: 10 * 60 },
  /** Invitations by mail by one person. */
  inviteByMail: { points: 50, durationSeconds: 60 * 60 },
  /** Sign-ins through an organisation that are begun or finished, from one address: each asks the provider. */
  ssoByAddress: { points: 120, durationSeconds: 15 * 60 },
  /** Mails to try the settings, by one administrator. */
  mailTest: { points: 20, durationSeconds: 10 * 60 },
  /** Tries of one-time links to secrets, from one address; a right one gives its point back. */
  sharedByAddress: { points: 60, durationSeconds: 10 * 60 },
  /** Copies of secrets by one person. */
  copy: { points: 30, durationSeconds: 10 * 60 },
  /** Walks over a whole audit trail by one person. */
  auditVerification: { points: 20, durationSeconds: 10 * 60 },
  /** Searches for words in an audit trail by one person: each may read the whole trail. */
  auditSearch: { points: 30, durationSeconds: 60 },
  /** Calls to providers on behalf of one person. */
  connectionTest: { points: 120, durationSeconds: 60 },
} as const;

/**
 * How limits by address count an address: an IPv6 network of 64 bits is what one subscriber has, so it counts as one.
 */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

export type LimitName = keyof typeof limits;

export interface Throttles {
  /** Takes one point, or throws `too_many_attempts` when none is left. */
  take(limit: LimitName, name: string): Promise<void>;
  /** Gives one point back that turned out not to be due. */
  giveBack(limit: LimitName, name: string): Promise<void>;
  /** Gives all points back, e.g. after the right password. */
  reset(limit: LimitName, name: string): Promise<void>;
}

export function createThrottles(): Throttles {
  const limiters = new Map(
    Object.entries(limits).map(([name, { points, durationSeconds }]) => [
      name,
      new RateLimiterMemory({ points, duration: durationSeconds, keyPrefix: name }),
    ]),
  );
  const limiter = (name: LimitName): RateLimiterMemory => {
    const found = limiters.get(name);
    if (found === undefined) throw new Error(`no limit is named ${name}`);
    return found;
  };
  return {
    async take(limit, name) {
      await limiter(limit)
        .consume(name)
        .catch((rejection: unknown) => {
          throw rejection instanceof RateLimiterRes ? tooMany(rejection.msBeforeNext) : rejection;
        });
    },
    async giveBack(limit, name) {
      await limiter(limit).reward(name);
    },
    async reset(limit, name) {
      await limiter(limit).delete(name);
    },
  };
}

function tooMany(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError('too_many_attempts', {
    message: `Too many attempts. Try again in ${wait}.`,
    retryAfterSeconds: seconds,
  });
}
