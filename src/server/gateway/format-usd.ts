/** Nano-USD as dollars for a sentence: at least two decimals, and no more than it takes. */
export function formatUsd(nanoUsd: number): string {
  const whole = Math.trunc(nanoUsd / 1e9);
  const fraction = String(Math.abs(nanoUsd % 1e9))
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  return `${whole}.${fraction}`;
}
