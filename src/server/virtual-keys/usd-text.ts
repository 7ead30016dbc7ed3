const NANO_PER_USD = 1_000_000_000;
const DECIMALS = 9;

/** Nano-USD as US dollars with nine decimals: nothing is rounded. */
export function toUsdText(nanoUsd: number): string {
  const whole = Math.floor(nanoUsd / NANO_PER_USD);
  return `${whole}.${String(nanoUsd - whole * NANO_PER_USD).padStart(DECIMALS, '0')}`;
}
