/** Below so many units of its currency, e.g. 5 USD or 5 CNY, a balance is low. */
const LOW_BALANCE = 5;
/** While it stays low, people are told so again after this time. */
export const LOW_BALANCE_AGAIN_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * One rule for all: a share of what an account once held would be wrong after every smaller payment, so the amount alone
 * decides. Credits of a provider's own are no money and never low.
 */
export function isBalanceLow({ amount, currency }: { amount: string; currency: string }): boolean {
  return /^[A-Z]{3}$/.test(currency) && Number(amount) < LOW_BALANCE;
}
