import { hash, randomInt } from 'node:crypto';

/** Crockford's base 32: no letter that looks like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 120 bits, more than the 112 from which OWASP ASVS 6.5.2 lets an ordinary hash suffice. */
const RECOVERY_LENGTH = 24;
const RECOVERY_FORM = new RegExp(`^[${ALPHABET}]{${RECOVERY_LENGTH}}$`);

/** What somebody typed where a code was asked for. */
export type TypedCode = { kind: 'totp'; code: string } | { kind: 'recovery'; codeHash: string } | { kind: 'neither' };

/**
 * Reads a typed code whatever the white space, hyphens, case or width of its characters. One code has one reading, so
 * none can be used twice by writing it differently (CVE-2025-6014, CVE-2025-6015).
 */
export function readCode(typed: string): TypedCode {
  const plain = typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}-]/gu, '')
    .toLowerCase();
  if (/^[0-9]{6}$/.test(plain)) return { kind: 'totp', code: plain };
  const recovery = plain.replaceAll('o', '0').replace(/[il]/g, '1');
  if (RECOVERY_FORM.test(recovery)) return { kind: 'recovery', codeHash: hashRecoveryCode(recovery) };
  return { kind: 'neither' };
}

/** A new recovery code, in groups of four. */
export function makeRecoveryCode(): string {
  let code = '';
  for (let index = 0; index < RECOVERY_LENGTH; index += 1) {
    if (index > 0 && index % 4 === 0) code += '-';
    code += ALPHABET.charAt(randomInt(ALPHABET.length));
  }
  return code;
}

/** What is stored of a recovery code. */
export function hashRecoveryCode(code: string): string {
  return hash('sha256', code.replaceAll('-', ''), 'base64url');
}
