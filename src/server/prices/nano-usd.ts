const DECIMALS = 9;

/**
 * US dollars as integer nano-USD, exactly: the number's own decimal text is read, so that 0.1 is a tenth. Null for what
 * has more than nine decimals.
 */
export function usdToNano(usd: number): number | null {
  const [digits = '', exponent = '0'] = String(usd).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = DECIMALS + Number(exponent) - fraction.length;
  const value = BigInt(whole + fraction);
  if (shift >= 0) return Number(value * 10n ** BigInt(shift));
  const divisor = 10n ** BigInt(-shift);
  return value % divisor === 0n ? Number(value / divisor) : null;
}

/** Integer nano-USD as the number whose decimal text is that amount. */
export function nanoToUsd(nanoUsd: number): number {
  const digits = String(nanoUsd).padStart(DECIMALS + 1, '0');
  return Number(`${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`);
}
