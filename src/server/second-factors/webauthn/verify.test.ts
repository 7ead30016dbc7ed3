import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator, type Flaws } from '../../../testing/authenticator.ts';
import { readCbor } from './cbor.ts';
import { isSignedBy, readCoseKey } from './cose-key.ts';
import { type PasskeyFault, PasskeyRefusal, verifyAuthentication, verifyRegistration } from './verify.ts';

const party = { id: 'keys.example.com', origin: 'https://keys.example.com' };
const challenge = 'c'.repeat(43);
const creation = { challenge, user: { id: 'dXNy' } };

function faultOf(work: () => unknown): PasskeyFault | 'none' {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof PasskeyRefusal) return error.fault;
    throw error;
  }
}

const flaws: [string, Flaws, PasskeyFault][] = [
  ['of the other ceremony', { type: 'webauthn.other' }, 'type'],
  ['made for another origin', { origin: 'https://keys.example.com.evil.example' }, 'origin'],
  ['made for the same host by http', { origin: 'http://keys.example.com' }, 'origin'],
  ['made for another port', { origin: 'https://keys.example.com:8443' }, 'origin'],
  ['made in a frame of another site', { crossOrigin: true }, 'origin'],
  ['bound to another domain', { rpId: 'example.com' }, 'domain'],
  ['made with nobody there', { userPresent: false }, 'user_presence'],
  ['made by somebody who did not unlock it', { userVerified: false }, 'user_verification'],
];

describe('a new passkey', () => {
  it('is taken with its id, its key and its counter', () => {
    const authenticator = new Authenticator(party.origin);
    const made = verifyRegistration(authenticator.create(creation, { counter: 7 }), party);
    expect(made).toMatchObject({ webauthnId: authenticator.id.toString('base64url'), counter: 7, isBackedUp: false });
    expect(readCoseKey(Buffer.from(made.publicKey, 'base64url')).algorithm).toBe(-7);
  });

  it.each(flaws)('is refused when %s', (_, flaw, fault) => {
    const registration = new Authenticator(party.origin).create(creation, flaw);
    expect(faultOf(() => verifyRegistration(registration, party))).toBe(fault);
  });

  it('is refused when the browser names another id than the authenticator', () => {
    const registration = new Authenticator(party.origin).create(creation);
    const other = { ...registration, id: Buffer.alloc(16, 1).toString('base64url') };
    expect(faultOf(() => verifyRegistration(other, party))).toBe('malformed');
  });

  it('is refused, and never fails otherwise, when any byte is missing or changed in its structure', () => {
    const registration = new Authenticator(party.origin).create(creation);
    const bytes = Buffer.from(registration.response.attestationObject, 'base64url');
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length).toString('base64url');
      const response = { ...registration.response, attestationObject: cut };
      expect(faultOf(() => verifyRegistration({ ...registration, response }, party))).toBe('malformed');
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const attestationObject = Buffer.from(noise).toString('base64url');
        const response = { ...registration.response, attestationObject };
        expect(faultOf(() => verifyRegistration({ ...registration, response }, party))).toBe('malformed');
      }),
    );
  });
});

describe('an answer of a passkey', () => {
  const make = () => {
    const authenticator = new Authenticator(party.origin);
    const { publicKey } = verifyRegistration(authenticator.create(creation), party);
    return { authenticator, passkey: { publicKey } };
  };

  it('is taken, whatever the length of the two numbers in its signature', () => {
    const { authenticator, passkey } = make();
    // One signature in 128 has a number with leading zeros, which DER leaves out.
    for (let round = 0; round < 600; round += 1) {
      const answer = verifyAuthentication(authenticator.get({ challenge }), passkey, party);
      expect(answer.counter).toBe(round + 1);
    }
  });

  it.each(flaws)('is refused when %s', (_, flaw, fault) => {
    const { authenticator, passkey } = make();
    const answer = authenticator.get({ challenge }, flaw);
    expect(faultOf(() => verifyAuthentication(answer, passkey, party))).toBe(fault);
  });

  it('is refused when another key signed it', () => {
    const { authenticator, passkey } = make();
    const answer = authenticator.get({ challenge }, { foreignKey: true });
    expect(faultOf(() => verifyAuthentication(answer, passkey, party))).toBe('signature');
  });

  it('is refused when a registration is shown in its place', () => {
    const { authenticator, passkey } = make();
    const answer = authenticator.get({ challenge }, { type: 'webauthn.create' });
    expect(faultOf(() => verifyAuthentication(answer, passkey, party))).toBe('type');
  });

  it('is refused when a single byte of what was signed, or of the signature, is another', () => {
    const { authenticator, passkey } = make();
    const answer = authenticator.get({ challenge });
    for (const field of ['authenticatorData', 'signature', 'clientDataJSON'] as const) {
      const bytes = Buffer.from(answer.response[field], 'base64url');
      for (let index = 0; index < bytes.length; index += 1) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8((bytes[index] ?? 0) ^ 1, index);
        const response = { ...answer.response, [field]: changed.toString('base64url') };
        expect(faultOf(() => verifyAuthentication({ response }, passkey, party))).not.toBe('none');
      }
    }
  });
});

describe('a COSE key', () => {
  it.each([
    ['nothing', ''],
    ['text', '6161'],
    ['a curve we do not take (P-384)', `a5010203262002215820${'11'.repeat(32)}225820${'22'.repeat(32)}`],
    ['a point that is not on the curve', `a5010203262001215820${'11'.repeat(32)}225820${'22'.repeat(32)}`],
    ['an algorithm we do not take (ES512)', 'a5010203382320012158201122'],
    ['a symmetric key', 'a301040305204141'],
  ])('is refused that is %s', (_, hex) => {
    expect(() => readCoseKey(Buffer.from(hex, 'hex'))).toThrow(/./);
  });

  it('of Ed25519 verifies what its key signed', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const cose = Buffer.concat([Buffer.from('a401010327200621' + '5820', 'hex'), x]);
    expect(isSignedBy(cose, Buffer.from('data'), sign(null, Buffer.from('data'), privateKey))).toBe(true);
    expect(isSignedBy(cose, Buffer.from('date'), sign(null, Buffer.from('data'), privateKey))).toBe(false);
  });

  it.each([
    [2048, 'true'],
    [1024, 'an RSA key that is too short'],
  ])('of RSA with %i bits is taken, or not: %s', (modulusLength, expected) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const modulus = Buffer.from(n, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(modulus.length);
    const start = Buffer.from('a40103033901002059', 'hex');
    const cose = Buffer.concat([start, length, modulus, Buffer.from('2143', 'hex'), Buffer.from(e, 'base64url')]);
    const data = Buffer.from('data');
    const outcome = (): string => {
      try {
        return String(isSignedBy(cose, data, sign('sha256', data, privateKey)));
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    expect(outcome()).toBe(expected);
  });
});

describe('CBOR', () => {
  // RFC 8949, appendix A.
  it.each([
    ['1864', 100],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['3863', -100],
    ['6449455446', 'IETF'],
    ['4401020304', Uint8Array.from([1, 2, 3, 4])],
    ['83010203', [1, 2, 3]],
    [
      'a201020304',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['f5', true],
    ['f6', null],
  ])('%s is read as RFC 8949 says', (hex, value) => {
    expect(readCbor(Buffer.from(hex, 'hex'))).toEqual({ value, end: hex.length / 2 });
  });

  it.each([
    ['an indefinite length', '5f42010243030405ff'],
    ['a length beyond the end', '5affffffff00'],
    ['a length of 64 bits', '5b7fffffffffffffff00'],
    ['a list of four billion', '9affffffff'],
    ['a map of four billion', 'baffffffff'],
    ['lists in lists without end', '81'.repeat(5000)],
    ['a name that comes twice', 'a201010102'],
    ['a tag', 'c074'],
    ['a float', 'f93c00'],
    ['text that is not UTF-8', '62c328'],
  ])('with %s is refused', (_, hex) => {
    expect(() => readCbor(Buffer.from(hex, 'hex'))).toThrow(/./);
  });
});
