import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { base64url, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

const signingSecret = randomBytes(32).toString('base64url');

type Claims = Record<string, unknown>;

const part = (value: unknown): string => base64url.encode(JSON.stringify(value));
const readPart = (token: string, index: number): Claims =>
  JSON.parse(new TextDecoder().decode(base64url.decode(token.split('.')[index] ?? '')));

/** A token of any header and claims, signed with the true secret unless another is given. */
function forge(header: Claims, claims: Claims, secret: string | Buffer = signingSecret): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

describe('an access token', () => {
  let target: TestServer;
  let person: Person;
  let claims: Claims;
  const header = { alg: 'HS256', typ: 'at+jwt' };
  beforeAll(async () => {
    const [engine] = testEngines();
    if (engine === undefined) throw new Error('no engine to test on');
    target = await startTestServer(engine, { SECRET_KEY: signingSecret });
    person = await target.newPerson();
    claims = readPart(person.token, 1);
  });
  afterAll(() => target.dispose());

  const statusOf = async (token: string) => (await target.call('GET /api/me', { token })).status;

  it('names who, which session, for whom and until when, and nothing else', () => {
    expect(readPart(person.token, 0)).toEqual(header);
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
    expect(claims).toMatchObject({ iss: 'akm', aud: 'akm-api', sub: person.userId });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(900);
  });

  it('is accepted as a forged one is when the secret is known, which is what the others here lack', async () => {
    expect(await statusOf(forge(header, claims))).toBe(200);
  });

  it('without a signature is refused', async () => {
    expect(await statusOf(new UnsecuredJWT(claims).encode())).toBe(401);
    for (const alg of ['none', 'None', 'nOnE', '']) {
      expect(await statusOf(`${part({ ...header, alg })}.${part(claims)}.`)).toBe(401);
      expect(await statusOf(forge({ ...header, alg }, claims))).toBe(401);
    }
    const [first, second] = person.token.split('.');
    expect(await statusOf(`${first}.${second}.`)).toBe(401);
  });

  it('signed with another key, another algorithm or an empty key is refused', async () => {
    expect(await statusOf(forge(header, claims, randomBytes(32)))).toBe(401);
    expect(await statusOf(forge(header, claims, ''))).toBe(401);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(
      await statusOf(await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'ES256' }).sign(privateKey)),
    ).toBe(401);
    for (const alg of ['HS384', 'HS512', 'RS256']) expect(await statusOf(forge({ ...header, alg }, claims))).toBe(401);
  });

  it('that names its own key is refused: by `jwk`, and by `kid`, `jku` or `x5u` that point elsewhere', async () => {
    const own = randomBytes(32);
    const empty = '';
    const tricks: Claims[] = [
      { jwk: { kty: 'oct', k: own.toString('base64url') } },
      { kid: '../../../../dev/null' },
      { kid: "x' union select 'secret" },
      { jku: `${target.url}/jwks.json` },
      { x5u: `${target.url}/cert.pem` },
      { crit: ['exp'], exp: 1 },
    ];
    for (const trick of tricks) {
      expect(await statusOf(forge({ ...header, ...trick }, claims, own))).toBe(401);
      expect(await statusOf(forge({ ...header, ...trick }, claims, empty))).toBe(401);
    }
  });

  it.each([
    ['another audience', { aud: 'somebody-else' }],
    ['another issuer', { iss: 'somebody-else' }],
    ['an end in the past', { exp: 1_700_000_000 }],
    ['no end', { exp: undefined }],
    ['a start in the future', { nbf: 4_000_000_000 }],
    ['no session', { sid: undefined }],
    ['a session that does not exist', { sid: `ses_${'0'.repeat(26)}` }],
    ['a session that is SQL', { sid: "' or '1'='1" }],
    ['several sessions', { sid: ['ses_1', 'ses_2'] }],
  ])('with %s is refused though its signature is right', async (_, change) => {
    expect(await statusOf(forge(header, { ...claims, ...change }))).toBe(401);
  });

  it('of another type is refused, so that no other token of ours can pass for it', async () => {
    expect(await statusOf(forge({ ...header, typ: 'JWT' }, claims))).toBe(401);
    expect(await statusOf(forge({ alg: 'HS256' }, claims))).toBe(401);
  });

  it('changed in any one character is refused', async () => {
    const { token } = person;
    for (let index = 0; index < token.length - 1; index += 7) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(await statusOf(token.slice(0, index) + other + token.slice(index + 1))).toBe(401);
    }
  });

  it('too long, of no parts or of control characters is refused, and fast', async () => {
    const started = performance.now();
    for (const token of ['a'.repeat(10_000), '.'.repeat(4000), '..', 'e30.e30.e30', '%00', "'--"]) {
      expect(await statusOf(token)).toBe(401);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('of a session that was ended is refused at once', async () => {
    const other = await target.newPerson();
    expect(await statusOf(other.token)).toBe(200);
    await other.api('POST /api/logout');
    expect(await statusOf(other.token)).toBe(401);
  });
});
