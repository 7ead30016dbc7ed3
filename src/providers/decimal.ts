const DECIMAL = /^-?\d{1,20}(?:\.\d{1,20})?$/;
const DIGITS = 12;

/** A JSON number or a numeric text as a plain decimal text without exponent, or null. */
export function toDecimal(value: unknown): string | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return null;
    const text = String(value);
    return text.includes('e') ? tidy(value.toFixed(DIGITS)) : text;
  }
  const text = typeof value === 'string' ? value.trim() : '';
  return DECIMAL.test(text) ? text : null;
}

/** `a - b`, exactly. */
export function subtractDecimals(a: string, b: string): string {
  return fromScaled(toScaled(a) - toScaled(b));
}

/** The amount divided by 10^places, exactly. */
export function shiftDecimal(amount: string, places: number): string {
  const isNegative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const digits = whole.padStart(places + 1, '0');
  const point = digits.length - places;
  return tidy(`${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}${fraction}`);
}

function toScaled(decimal: string): bigint {
  const isNegative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const scaled = BigInt(whole + fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
  return isNegative ? -scaled : scaled;
}

function fromScaled(scaled: bigint): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(DIGITS + 1, '0');
  return tidy(`${scaled < 0n ? '-' : ''}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`);
}

/** Keeps the usual two decimals, drops further zeros and a zero's sign. */
function tidy(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const kept = fraction.replace(/0+$/, '');
  const digits = whole.replace(/^(-?)0+(?=\d)/, '$1');
  const text = kept === '' ? digits : `${digits}.${kept.padEnd(2, '0')}`;
  return /^-0$/.test(text) ? '0' : text;
}
