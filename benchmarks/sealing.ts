import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { newId } from '../src/server/ids.ts';
import { sealContext } from '../src/server/vault/seal-context.ts';
import { open, seal } from '../src/server/vault/sealed.ts';
import { median, type Row } from './table.ts';

const VALUES = 5000;
const ROUNDS = 5;

/** How many a second, as the median of several rounds. */
async function perSecond(work: () => unknown): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (let count = 0; count < VALUES; count += 1) await work();
    rates.push(VALUES / ((performance.now() - start) / 1000));
  }
  return median(rates);
}

/** Sealing and opening a key of 64 characters, against `jose` doing the same and the bare cipher. */
export async function measureSealing(): Promise<Row[]> {
  const bytes = randomBytes(32);
  const key = createSecretKey(bytes);
  const plaintext = randomBytes(32).toString('hex');
  const context = sealContext('system', { column: 'root_secrets.envelope', row: newId('Credential'), version: 1 });
  const sealed = seal({ id: 'bench', key }, context, Buffer.from(plaintext));
  const header = { alg: 'dir', enc: 'A256GCM', kid: 'bench', ctx: context } as const;
  const encrypt = () => new CompactEncrypt(Buffer.from(plaintext)).setProtectedHeader(header).encrypt(bytes);
  const joseSealed = await encrypt();
  const rates = {
    seal: await perSecond(() => seal({ id: 'bench', key }, context, Buffer.from(plaintext))),
    open: await perSecond(() => open({ envelope: sealed, context, findKey: () => key })),
    joseSeal: await perSecond(encrypt),
    joseOpen: await perSecond(() => compactDecrypt(joseSealed, bytes)),
    cipher: await perSecond(() => {
      const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    }),
  };
  const rate = (value: number): string => `${Math.round(value / 1000)}k/s`;
  return [
    {
      what: 'seal',
      figure: rate(rates.seal),
      against: `jose ${rate(rates.joseSeal)}`,
      ratio: rates.seal / rates.joseSeal,
    },
    {
      what: 'open',
      figure: rate(rates.open),
      against: `jose ${rate(rates.joseOpen)}`,
      ratio: rates.open / rates.joseOpen,
    },
    {
      what: 'seal',
      figure: rate(rates.seal),
      against: `bare cipher ${rate(rates.cipher)}`,
      ratio: rates.seal / rates.cipher,
    },
  ];
}
