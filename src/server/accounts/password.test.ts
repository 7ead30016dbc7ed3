import { argon2Sync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPasswordWeakness, hashPassword, verifyPassword } from './password.ts';

describe('a password hash', () => {
  it('is an argon2id PHC string with the parameters of OWASP ASVS appendix C and a salt of its own', async () => {
    const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(second).not.toBe(first);
    expect(await verifyPassword('correct horse', first)).toBe(true);
    expect(await verifyPassword('correct horse ', first)).toBe(false);
  });

  it('depends on every one of 128 Unicode characters: the first, the middle and the last', async () => {
    const characters = Array.from({ length: 128 }, (_, index) => ['🔑', 'é', '密', 'a', '~'][index % 5] ?? '');
    const hash = await hashPassword(characters.join(''));
    expect(await verifyPassword(characters.join(''), hash)).toBe(true);
    for (const position of [0, 64, 127]) {
      expect(await verifyPassword(characters.with(position, 'x').join(''), hash)).toBe(false);
    }
    expect(await verifyPassword(characters.slice(0, -1).join(''), hash)).toBe(false);
  });

  it('is the same password however a keyboard composes it (NFKC)', async () => {
    const hash = await hashPassword('Zoe\u0308 ﬁnds ２ keys');
    expect(await verifyPassword('Zoë finds 2 keys', hash)).toBe(true);
    expect(await verifyPassword('Zoe finds 2 keys', hash)).toBe(false);
  });

  it('does not stop at a NUL', async () => {
    const hash = await hashPassword('before\u0000after');
    expect(await verifyPassword('before\u0000AFTER', hash)).toBe(false);
    expect(await verifyPassword('before', hash)).toBe(false);
  });

  it('made with other costs still verifies', async () => {
    const nonce = randomBytes(16);
    const tag = argon2Sync('argon2id', {
      message: 'old',
      nonce,
      memory: 8192,
      passes: 3,
      parallelism: 2,
      tagLength: 24,
    });
    const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const phc = `$argon2id$v=19$m=8192,t=3,p=2$${unpadded(nonce)}$${unpadded(tag)}`;
    expect(await verifyPassword('old', phc)).toBe(true);
    expect(await verifyPassword('new', phc)).toBe(false);
  });

  it.each(['', 'plain text', '$2b$12$abcdefghijklmnopqrstuv', '$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$AAAA'])(
    'that is none of ours is an error and never a match: %j',
    async (phc) => {
      await expect(verifyPassword('plain text', phc)).rejects.toThrow('PHC');
    },
  );
});

describe('a password that is chosen', () => {
  it.each([
    ['twelve characters', 'k8#vQ!zP2m&x', null],
    ['twelve characters of which some take four bytes', '🔑🗝🔒🔓🔐🛡🧿🪬🎲🎯🧩🪄', null],
    ['spaces and words', 'purple lighthouse seven wombats', null],
    ['256 characters', 'abcd'.repeat(64), null],
    ['eleven characters', 'k8#vQ!zP2m&', 'at least 12'],
    ['eleven characters of 44 bytes', '🔑🗝🔒🔓🔐🛡🧿🪬🎲🎯🧩', 'at least 12'],
    ['three different characters', 'abcabcabcabc', 'more different'],
    ['the e-mail in another case', 'Ada@Example.com', 'e-mail'],
    ['a common one in another case', 'PassWord1234', 'common'],
    ['a common one with white space around it', ' password1234 ', 'common'],
    ['digits up', '123456789012', 'common'],
    ['digits down', '9876543210987', 'common'],
    ['the alphabet', 'abcdefghijklmno', 'common'],
    ['a row of the keyboard', 'qwertyuiopasdf', 'common'],
    ['the name of the product', 'apikeymanager', 'common'],
    ['one of the 5,000 most used leaked ones', 'chickenwing101', 'common'],
    ['one of them typed on a Russian keyboard', 'ghbdtnrfrltkf', 'common'],
    ['a common word with a year and a sign', 'Football2024!', 'common'],
    ['a common word in signs for letters', 'P@ssw0rd2024!', 'common'],
    ['a common word twice', 'dragonDragon!', 'common'],
    ['a common word between many other characters', '7#dragon!93xq@KW', null],
    ['two common words that are not the same', 'dragon lighthouse', null],
    ['the name with a year', 'LovelaceAda1815', 'your name'],
    ['the e-mail without its signs', 'ada.example.com-1', 'your name'],
    ['the name of the host and digits', 'example-4711-example', 'your name'],
    ['the name of the product with digits', 'api-key-manager-99', 'your name'],
    ['the name among other words', 'ada rides purple wombats', null],
  ])('is judged: %s', (_, password, weakness) => {
    const found = findPasswordWeakness(password, ['ada@example.com', 'Ada Lovelace']);
    expect(found ?? 'nothing').toContain(weakness ?? 'nothing');
  });

  it('is never repeated in the sentence that refuses it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 20, unit: 'grapheme' }), (password) => {
        expect(findPasswordWeakness(password, [password]) ?? '').not.toContain(`'${password}'`);
      }),
    );
  });
});
