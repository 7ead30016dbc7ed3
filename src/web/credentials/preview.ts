const LENGTH_MIN = 12;

/**
 * What may be shown of a secret: at most its first 6 and last 4 characters around `...`, never more than a third of
 * it, and `...` alone under 12 characters. The server makes the stored preview by the same rule.
 */
export function previewOf(secret: string): string {
  const characters = Array.from(secret);
  if (characters.length < LENGTH_MIN) return '...';
  const shown = Math.min(10, Math.floor(characters.length / 3));
  const last = Math.min(4, Math.floor(shown * 0.4));
  return `${characters.slice(0, shown - last).join('')}...${characters.slice(characters.length - last).join('')}`;
}
