import { type AddressInput, resolveAddress } from './base-url.ts';
import { shiftDecimal, subtractDecimals, toDecimal } from './decimal.ts';
import { parseJson, readPath } from './json-reply.ts';
import type { BalanceFacts, Provider, ProviderReply, ProviderRequest } from './provider.ts';
import { callUrl, getRequest, isSendableSecret } from './provider-request.ts';

export interface Balance {
  /** Decimal text; negative when the account owes. */
  readonly amount: string;
  /** ISO 4217, or the provider's own unit such as `credits`. */
  readonly currency: string;
}

const ACCOUNTS_MAX = 20;
const CURRENCY = /^[A-Za-z]{2,12}$/;

/** The call that tells the balance, or null if the provider offers none for a credential at this address. */
export function buildBalance(
  provider: Provider,
  input: AddressInput & { readonly secret: string },
): ProviderRequest | null {
  if (!provider.balance || !isSendableSecret(input.secret)) return null;
  const address = resolveAddress(provider, { ...input, dialect: undefined });
  if (!address.ok) return null;
  const url = callUrl(address, provider.balance.at, { fromOrigin: provider.balance.fromOrigin === true });
  return url === null ? null : getRequest(address, url, input.secret);
}

/** The balance in a reply, or null if it has none (a key without a limit, a host that does not know the call). */
export function readBalance(provider: Provider, reply: ProviderReply): Balance | null {
  if (!provider.balance || reply.httpStatus < 200 || reply.httpStatus >= 300) return null;
  return balanceIn(provider.balance, parseJson(reply.body));
}

/** As readBalance, for a body that was parsed before. */
export function balanceIn(facts: BalanceFacts, json: unknown): Balance | null {
  if (facts.list === undefined) return readAccount(facts, json);
  const list = readPath(json, facts.list);
  if (!Array.isArray(list)) return null;
  const accounts = list.slice(0, ACCOUNTS_MAX).flatMap((account) => readAccount(facts, account) ?? []);
  // An account holds one entry per currency, of which usually one is in use.
  return accounts.find((account) => /[1-9]/.test(account.amount)) ?? accounts[0] ?? null;
}

function readAccount(facts: BalanceFacts, json: unknown): Balance | null {
  const currency = typeof facts.currency === 'string' ? facts.currency : readPath(json, facts.currency.path);
  let amount = toDecimal(readPath(json, facts.amount));
  if (amount === null || typeof currency !== 'string' || !CURRENCY.test(currency)) return null;
  if (facts.minus !== undefined) {
    const used = toDecimal(readPath(json, facts.minus));
    if (used === null) return null;
    amount = subtractDecimals(amount, used);
  }
  if (facts.isNegated) amount = subtractDecimals('0', amount);
  if (facts.decimals !== undefined) amount = shiftDecimal(amount, facts.decimals);
  return { amount, currency };
}
