import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '../http-errors.ts';
import { isCommonPassword, isMadeOfOwnWords } from './common-passwords.ts';

const derivePromise = promisify(argon2);

/** At least 12 characters (OWASP ASVS 6.2.1 asks for 8 and recommends more). */
export const PASSWORD_LENGTH_MIN = 12;

/** argon2id with 19 MiB, two passes and one lane: the first choice of OWASP ASVS 5.0 appendix C. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
const SALT_BYTES = 16;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{16,128})\$([A-Za-z0-9+/]{22,172})$/;

/** argon2 takes threads that file reads and name look-ups need too, and 19 MiB each: few at a time, and no endless queue. */
const RUNNING_MAX = 2;
const WAITING_MAX = 64;
let running = 0;
const waiting: (() => void)[] = [];

async function derive(parameters: Parameters<typeof derivePromise>[1]): Promise<Buffer> {
  if (running >= RUNNING_MAX) {
    if (waiting.length >= WAITING_MAX) {
      const message = 'Very many people sign in at this moment. Try again in a few seconds.';
      throw new AppError('unavailable', { message, retryAfterSeconds: 3 });
    }
    // Whoever ends hands the place over, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await derivePromise('argon2id', parameters);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** NFKC, so that one password typed on two keyboards is one password (NIST SP 800-63B 5.1.1.2). Nothing is cut off. */
function toBytes(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8');
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** A PHC string of argon2id, with a new random salt. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await derive({ message: toBytes(password), nonce, ...PARAMETERS });
  const { memory, passes, parallelism } = PARAMETERS;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
}

/** In place of a hash: the account has no password, and signs in by other means. */
export const NO_PASSWORD = 'none';

export function hasPassword({ password_hash }: { readonly password_hash: string }): boolean {
  return password_hash !== NO_PASSWORD;
}

/** Whether the password is the one hashed, compared in constant time; where there is none, no password is. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  if (phc === NO_PASSWORD) return verifyAgainstNobody(password);
  const match = PHC.exec(phc);
  if (match === null) throw new Error('a stored password hash is not an argon2id PHC string');
  const [, memory, passes, parallelism, salt = '', hash = ''] = match;
  const expected = Buffer.from(hash, 'base64');
  const tag = await derive({
    message: toBytes(password),
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(tag, expected);
}

/** Costs what a real check costs, for an e-mail that has no account. Always false. */
export async function verifyAgainstNobody(password: string): Promise<false> {
  await hashPassword(password);
  return false;
}

/** Why a password may not be chosen, or null. `about` are texts it must not be made of, e.g. the e-mail. */
export function findPasswordWeakness(password: string, about: readonly string[]): string | null {
  const normal = password.normalize('NFKC');
  if (Array.from(normal).length < PASSWORD_LENGTH_MIN) return `Use at least ${PASSWORD_LENGTH_MIN} characters.`;
  if (new Set(normal).size < 4) return 'Use more different characters.';
  if (isCommonPassword(normal)) return 'Choose a less common password.';
  if (isMadeOfOwnWords(normal, about)) return 'Do not make the password of your e-mail, your name or this product.';
  return null;
}
