const HEAD_MAX = 6;
const TAIL_MAX = 4;
const LENGTH_MIN = 12;

/**
 * What may be shown of a secret: at most its first 6 and last 4 characters around `...`, together never more than a
 * third of it, and `...` alone for a secret of under 12 characters.
 */
export function previewSecret(secret: string): string {
  const characters = Array.from(secret);
  if (characters.length < LENGTH_MIN) return '...';
  const shown = Math.min(HEAD_MAX + TAIL_MAX, Math.floor(characters.length / 3));
  const head = Math.ceil((shown * HEAD_MAX) / (HEAD_MAX + TAIL_MAX));
  return `${characters.slice(0, head).join('')}...${characters.slice(characters.length - (shown - head)).join('')}`;
}
