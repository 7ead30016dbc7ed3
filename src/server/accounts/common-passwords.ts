import { isLeakedPassword, isPasswordWord } from './leaked-passwords.ts';

/**
 * Passwords of twelve characters or more that head the public lists of leaked ones (OWASP ASVS 6.2.4). Shorter ones are
 * refused by their length. Lower case, without white space.
 */
const common = new Set(
  `1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i9o0p 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc q1w2e3r4t5y6
  q1w2e3r4t5y6u7i8 zaq12wsxcde3 zaq1xsw2cde3 qazwsxedcrfv qazwsxedc123 qwertyuiop12 qwertyuiop123 qwertyuiop1234
  qwerty123456 qwerty12345678 qwerty123456789 qwertyqwerty asdfghjkl123 asdfasdfasdf zxcvbnm12345 zxcvbnm123456
  abcd12345678 abc123456789 abcdef123456 a123456789012 a1b2c3d4e5f6 a1b2c3d4e5f6g7 aa1234567890 asd123456789
  123456789abc 1234567890ab 123456789qwe 123456qwerty 123456password 123qweasdzxc 123qwe123qwe 12qwaszx34er 147258369147
  147258369000 159357159357 159753159753 112233445566 121212121212 123123123123 123321123321 123456123456 131313131313
  password1234 password12345 password123456 password12345678 password123456789 password2020 password2021 password2022
  password2023 password2024 password2025 password2026 passwordpassword password@123 password@1234 p@ssw0rd1234
  p@ssword1234 p@ssw0rd12345 passw0rd1234 passw0rd12345 pass1234pass1234 mypassword12 mypassword123 changeme1234
  changeme12345 changemenow1 changeitnow1 administrator administrator1 administrator123 admin1234567 admin12345678
  admin123456789 adminadmin12 adminadmin123 adminadminadmin rootrootroot root12345678 welcome12345 welcome123456
  welcome1234567 letmeinletmein letmein12345 letmein123456 iloveyou1234 iloveyou12345 iloveyou123456 iloveyouforever
  iloveyousomuch ihateyou1234 trustno1trustno1 unbelievable masterkey123 masterpassword secretsecret secret123456
  supersecret1 supersecret123 superman1234 spiderman1234 monkey123456 dragon123456 football1234 football12345
  baseball1234 basketball12 liverpool123 manchesterunited manchester123 barcelona123 realmadrid123 juventus1234
  pokemon12345 starwars1234 minecraft123 playstation3 playstation4 playstation2 windows12345 computer1234 internet1234
  samsung12345 testtesttest test12345678 testing12345 testpassword demodemodemo guestguestguest useruseruser
  defaultpassword correcthorsebatterystaple woaini123456 woaini1314520 woaiwojia520 wangyut2wangyut2 5201314520131
  5201314woaini apikeymanager apikeymanager1 apikeymanager123`.split(/\s+/),
);

/** Rows people slide along, in both directions. Repeated, so that a run may start anywhere and wrap around. */
const runs = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
].flatMap((row) => {
  const repeated = row.repeat(Math.ceil(256 / row.length) + 1);
  return [repeated, Array.from(repeated).reverse().join('')];
});

/** What people write for a letter. */
const letterSigns: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};
/** As many digits and signs around one word do not make it a password. */
const DECORATION_MAX = 7;

const inPlain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/g, '');

/**
 * Whether a password is on the lists, is one run of digits, of the alphabet or along the keyboard, or one or two words of
 * such passwords with little around them.
 */
export function isCommonPassword(password: string): boolean {
  const plain = inPlain(password);
  if (common.has(plain) || isLeakedPassword(plain) || runs.some((run) => run.includes(plain))) return true;
  const core = plain.replace(/^[^a-z]+|[^a-z]+$/g, '');
  if (plain.length - core.length > DECORATION_MAX) return false;
  const word = Array.from(core, (character) => letterSigns[character] ?? character).join('');
  const half = word.slice(0, word.length / 2);
  return isPasswordWord(word) || (word === half + half && isPasswordWord(half));
}

const OWN_WORD_LENGTH_MIN = 3;
/** Fewer letters than these beside words of one's own leave the password to whoever knows one's name. */
const OTHER_LETTERS_MIN = 4;
const productWords = ['api', 'key', 'manager', 'akm', 'password'];

/** Whether a password is made of words of the account (its name, its e-mail) or of this product, with little else. */
export function isMadeOfOwnWords(password: string, about: readonly string[]): boolean {
  const own = about.flatMap((text) => [inPlain(text), ...inPlain(text.replace(/\s/g, '-')).split(/[^\p{L}\p{N}]+/u)]);
  const words = [...new Set([...own, ...productWords])]
    .filter((word) => Array.from(word).length >= OWN_WORD_LENGTH_MIN)
    .sort((a, b) => b.length - a.length);
  const plain = inPlain(password);
  const rest = words.reduce((text, word) => text.replaceAll(word, ' '), plain);
  return rest !== plain && rest.replace(/[^\p{L}]/gu, '').length < OTHER_LETTERS_MIN;
}
