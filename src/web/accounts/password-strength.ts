/** Words that every list of common passwords starts with. */
const COMMON = /password|passwort|123456|qwerty|admin|letmein|welcome|iloveyou|abc123|111111|000000|woaini|mima/i;

export type PasswordStrength = 'short' | 'weak' | 'fair' | 'strong';

/**
 * A hint while typing, not the rule: the server decides. Length counts most (in characters, not UTF-16 units); a text
 * of few different characters or around a common word never gets beyond weak.
 */
export function passwordStrength(password: string, lengthMin: number): PasswordStrength {
  const characters = Array.from(password);
  if (characters.length < lengthMin) return 'short';
  const different = new Set(characters).size;
  const rest = password.replace(COMMON, '');
  if (different < 6 || Array.from(rest).length < lengthMin - 4) return 'weak';
  return characters.length >= lengthMin + 4 && different >= 9 ? 'strong' : 'fair';
}
