const DETAIL_CHARACTERS_MAX = 200;
const INPUT_CHARACTERS_MAX = 4000;
/** Providers echo beginnings and ends of keys; shorter runs than this occur in any sentence. */
const FRAGMENT_CHARACTERS_MIN = 6;
const MASK = '***';

/** Runs of characters that only keys, tokens and ids have: a known beginning, or long with a digit inside. */
const KEY_LIKE =
  /\b(?:sk|pk|rk|ak|xai|gsk|csk|pplx|hf|r8|fw|nvapi|jina|ms|ark|bce-v3|AIza|AQ\.|ABSK|eyJ)[-_/.]?[\w./+=*-]{8,}/g;
const LONG_RUN = /(?=[\w+/=.-]{0,64}\d)[\w+/=.-]{24,}/g;
const MASKED_FRAGMENT = /[\w-]{0,64}[*•…]{2,}[\w-]*/g;

/**
 * A provider's text made fit to show and to log: one line of at most 200 characters that repeats neither the secret, nor
 * six characters of it in a row, nor anything that looks like a key. Never throws.
 */
export function redact(text: string, secret?: string): string {
  let line = text
    .slice(0, INPUT_CHARACTERS_MAX)
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  if (secret) line = withoutFragments(line, secret);
  line = line.replace(MASKED_FRAGMENT, MASK).replace(KEY_LIKE, MASK).replace(LONG_RUN, MASK);
  if (line.length > DETAIL_CHARACTERS_MAX) line = `${line.slice(0, DETAIL_CHARACTERS_MAX - 1)}…`;
  // The mask can complete a secret that itself holds asterisks; then nothing is the only safe answer.
  return secret && line.includes(secret) ? '' : line;
}

/** Replaces each longest run that also stands in the secret. */
function withoutFragments(line: string, secret: string): string {
  const lengthMin = Math.min(FRAGMENT_CHARACTERS_MIN, secret.length);
  let clean = '';
  let start = 0;
  while (start < line.length) {
    let end = start;
    if (secret.includes(line.slice(start, start + lengthMin)) && start + lengthMin <= line.length) {
      end = start + lengthMin;
      while (end < line.length && secret.includes(line.slice(start, end + 1))) end += 1;
    }
    clean += end > start ? MASK : line.charAt(start);
    start = Math.max(end, start + 1);
  }
  return clean;
}
