import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PASTED_ROWS_MAX, parsePasted, readPaste } from './parse-pasted.ts';

const secretA = `sk-${'a'.repeat(40)}`;
const secretB = `sk-ant-${'b'.repeat(60)}`;

describe('parsePasted', () => {
  it('reads a .env file: quotes, export, comments and settings that are no secrets', () => {
    const text = [
      '# production',
      `OPENAI_API_KEY="${secretA}"  # main`,
      'PORT=3000',
      'DATABASE_URL=postgresql://localhost/app',
      '',
      `export ANTHROPIC_API_KEY='${secretB}'`,
      'OTHER_KEY=$OPENAI_API_KEY',
    ].join('\r\n');
    expect(parsePasted(text)).toEqual([
      { variable: 'OPENAI_API_KEY', secret: secretA, baseUrl: null },
      { variable: 'ANTHROPIC_API_KEY', secret: secretB, baseUrl: null },
    ]);
  });

  it('pairs a host with the secret of the same name', () => {
    const [row] = parsePasted(`DEEPSEEK_API_KEY=${secretA}\nDEEPSEEK_BASE_URL=https://relay.example.com/v1`);
    expect(row).toEqual({
      variable: 'DEEPSEEK_API_KEY',
      secret: secretA,
      baseUrl: 'https://relay.example.com/v1',
    });
  });

  it('reads bare lines, JSON members and YAML lines, each secret once', () => {
    const text = `${secretA}\n"ANTHROPIC_API_KEY": "${secretB}",\nopenai_api_key: ${secretA}\nnot a secret`;
    expect(parsePasted(text).map((row) => row.secret)).toEqual([secretA, secretB]);
  });

  it('keeps secrets with colons, slashes and base-64 padding whole', () => {
    const secrets = [
      `${'A1'.repeat(12)}:${'b2'.repeat(12)}`,
      `bce-v3/${'x'.repeat(20)}/${'f'.repeat(40)}`,
      `${'Zz'.repeat(20)}==`,
    ];
    expect(parsePasted(secrets.join('\n')).map((row) => row.secret)).toEqual(secrets);
  });

  it('stops at the row limit', () => {
    const lines = Array.from({ length: PASTED_ROWS_MAX + 20 }, (_, index) => `sk-${String(index).padStart(30, '0')}`);
    expect(parsePasted(lines.join('\n'))).toHaveLength(PASTED_ROWS_MAX);
  });

  it('never throws and never invents a secret that the text does not hold', () => {
    const property = fc.property(fc.string({ maxLength: 400 }), (text) =>
      parsePasted(text).every((row) => text.includes(row.secret) && row.secret !== ''),
    );
    expect(fc.check(property).failed).toBe(false);
  });
});

describe('readPaste', () => {
  it('leaves a single secret and a service account file to the field', () => {
    expect(readPaste(`  ${secretA}\n`).kind).toBe('plain');
    expect(readPaste(`{\n"type": "service_account",\n"private_key": "${'x'.repeat(30)}"\n}`).kind).toBe('plain');
  });

  it('takes the value out of a single assignment', () => {
    expect(readPaste(`OPENAI_API_KEY=${secretA}`)).toEqual({
      kind: 'one',
      found: { variable: 'OPENAI_API_KEY', secret: secretA, baseUrl: null },
    });
  });

  it('sees several secrets', () => {
    expect(readPaste(`${secretA}\n${secretB}`).kind).toBe('several');
  });
});
