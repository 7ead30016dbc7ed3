import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { sendRaw } from '../../testing/raw-http.ts';
import { testEngines } from '../../testing/test-database.ts';
import { workThrough } from '../../testing/work-steps.ts';
import { scanForm } from './form-model.ts';

const scan = (body: Buffer, contentType: string) => workThrough(scanForm(body, contentType, new Set(['model']))).result;

const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');
const place = '/v1/audio/transcriptions';
const type = 'multipart/form-data; boundary=b';
const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (content: string) =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n${content}\r\n`;
const end = '--b--\r\n';
const modelOf = (body: string | Buffer, contentType = type): string | null | undefined => {
  const bytes = Buffer.from(body);
  const found = scan(bytes, contentType);
  const span = found?.get('model');
  return found === null ? null : span && bytes.toString('utf8', span.start, span.end);
};

describe('a form', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let upstream: LoopbackServer;
  let received: { body: Buffer; length: string | undefined; type: string | undefined }[] = [];
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
    upstream = await startLoopbackServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => chunks.push(piece));
      incoming.on('end', () => {
        const { 'content-length': length, 'content-type': contentType } = incoming.headers;
        received.push({ body: Buffer.concat(chunks), length, type: contentType });
        const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ text: 'Hi', usage }));
      });
    });
    tenant = await newTenant(test);
    await tenant.addKeyAt(upstream.port);
    await tenant.person.api('PUT /api/model-aliases', {
      body: { items: [{ alias: 'ears', model: 'openai/whisper-1' }] },
    });
  });
  beforeEach(() => {
    received = [];
  });
  afterAll(async () => {
    await test.dispose();
    await upstream.close();
  });

  const ask = async (
    body: string | Buffer,
    { models, contentType = type, path = place }: { models?: string[]; contentType?: string; path?: string } = {},
  ) => {
    const { secret } = await tenant.issue(models === undefined ? {} : { models });
    return test.ask(path, { secret, body, headers: { 'content-type': contentType } });
  };

  it('passes byte for byte, and is recorded with its model', async () => {
    const body = Buffer.concat([
      Buffer.from(field('model', 'whisper-1') + field('prompt', 'Ünï 🎉') + file('')),
      randomBytes(3_000_000),
      Buffer.from(`\r\n${end}`),
    ]);
    const reply = await ask(body, { models: ['whisper-1'] });
    expect(reply.status).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]?.body.equals(body)).toBe(true);
    expect(await tenant.attempt(reply)).toMatchObject({ model: 'whisper-1', inputTokens: 3, outputTokens: 2 });
  });

  it.each(['ears', 'openai/whisper-1'])('that asks for %s changes by the name of the model alone', async (model) => {
    const make = (name: string) =>
      file('name="model"\r\n\r\nwhisper-2\r\n') + field('model', name) + field('n', '1') + end;
    expect((await ask(make(model))).status).toBe(200);
    expect(received[0]?.body.toString()).toBe(make('whisper-1'));
    expect(received[0]).toMatchObject({ length: String(make('whisper-1').length), type });
  });

  it('with two models is refused, whichever of them is allowed', async () => {
    for (const [one, other] of [
      ['whisper-1', 'gpt-4o-transcribe'],
      ['gpt-4o-transcribe', 'whisper-1'],
    ] as const) {
      const body = field('model', one) + file('x') + field('model', other) + end;
      expect(await ask(body, { models: ['whisper-1'] })).toMatchObject({
        status: 400,
        json: { error: { code: 'gateway_body_invalid' } },
      });
    }
    expect(received).toEqual([]);
  });

  it('has no model where its file alone looks like one', async () => {
    const inFile = field('model', 'whisper-1').replace('--b', '--c');
    const reply = await ask(file(inFile) + end, { models: ['whisper-1'] });
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'model_missing' } } });
    expect((await ask(file(inFile) + end)).status, 'the provider has a usual one').toBe(200);
    expect(
      await ask(field('model', 'gpt-4o-transcribe') + file(inFile) + end, { models: ['whisper-1'] }),
    ).toMatchObject({ status: 403, json: { error: { code: 'model_not_allowed' } } });
  });

  it.each([
    ['no end', field('model', 'whisper-1')],
    ['nothing', ''],
    ['JSON', '{"model":"whisper-1"}'],
    ['a model that is a file', file('whisper-1').replace('name="file"', 'name="model"') + end],
    ['an empty model', field('model', '') + end],
    ['a model of several lines', field('model', 'a\r\nb') + end],
  ])('with %s is refused', async (_name, body) => {
    expect(await ask(body)).toMatchObject({ status: 400, json: { error: { code: 'gateway_body_invalid' } } });
    expect(received).toEqual([]);
  });

  it('is no body of an interface that speaks JSON', async () => {
    const body = field('model', 'gpt-4o') + end;
    for (const path of ['/v1/chat/completions', '/v1/responses', '/proxy/openai/v1/responses']) {
      expect(await ask(body, { path })).toMatchObject({
        status: 400,
        json: { error: { code: 'gateway_body_invalid' } },
      });
    }
    expect(received).toEqual([]);
  });

  it('is not told by two headers, of which the provider may read the other', async () => {
    const { secret } = await tenant.issue();
    const json = `{"model":"whisper-1","x":[\r\n${field('model', 'gpt-4o')}${end}]}`;
    const head = `POST ${place} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${secret}\r\n`;
    const types = `Content-Type: application/json\r\nContent-Type: ${type}\r\n`;
    const answered = await sendRaw(test.target.url, `${head}${types}Content-Length: ${json.length}\r\n\r\n${json}`);
    expect(answered).toMatch(/^HTTP\/1\.1 400 [\s\S]*gateway_body_invalid/);
    expect(received).toEqual([]);
  });
});

describe('the fields of a form', () => {
  it.each([
    ['multipart/form-data; boundary=b', 'b'],
    ['Multipart/Form-Data;charset=utf-8; BOUNDARY="b"', 'b'],
    ['multipart/form-data; boundary="a b:c"', 'a b:c'],
    ['multipart/form-data; boundary=----=_Part_1_2.3', '----=_Part_1_2.3'],
    ['multipart/form-data; x="; boundary=no"; boundary=yes', 'yes'],
  ])('are found by the boundary of %s', (contentType, boundary) => {
    const body = (field('a', '1') + field('model', 'm') + end).replaceAll('--b', `--${boundary}`);
    expect(modelOf(body, contentType)).toBe('m');
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=b; boundary=c',
    'multipart/form-data; boundary="b',
    "multipart/form-data; boundary*=utf-8''b",
    `multipart/form-data; boundary=${'b'.repeat(71)}`,
    'multipart/mixed; boundary=b',
  ])('are not looked for with %s', (contentType) => {
    expect(modelOf(field('model', 'm') + end, contentType)).toBeNull();
  });

  it.each([
    ['the name unquoted', '--b\r\ncontent-disposition:form-data;name=model\r\n\r\nm\r\n--b--'],
    [
      'other headers',
      '--b\r\nX-A: 1\r\nContent-Disposition: form-data; NAME="model"; x=1\r\nX-B: 2\r\n\r\nm\r\n--b--\r\n',
    ],
    [
      'the encoding named',
      `${field('model', 'm').replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: 8bit\r\n\r\n')}${end}`,
    ],
    ['an empty line in front', `\r\n${field('model', 'm')}${end}`],
    ['a boundary in the middle of a line of a file', `${file('x --b\r\n y--b--')}${field('model', 'm')}${end}`],
    ['names that are longer', `${field('model2', 'n')}${field('the_model', 'o')}${field('model', 'm')}${end}`],
    [
      'a file name that looks like a name',
      `${file('x').replace('a.wav', '; name=model; \\"')}${field('model', 'm')}${end}`,
    ],
  ])('are found with %s', (_name, body) => {
    expect(modelOf(body)).toBe('m');
  });

  it.each([
    ['text in front', `x\r\n${field('model', 'm')}${end}`],
    ['text behind', `${field('model', 'm')}${end}${field('model', 'n')}`],
    ['bare line feeds', (field('model', 'm') + end).replaceAll('\r\n', '\n')],
    ['a part behind a bare line feed', file(`x\n${field('model', 'n')}`) + field('model', 'm') + end],
    ['a part behind a bare carriage return', file(`x\r${field('model', 'n')}`) + field('model', 'm') + end],
    ['a longer boundary', field('model', 'm') + field('model', 'n').replace('--b', '--bc') + end],
    ['space behind the boundary', field('model', 'm') + field('a', 'n').replace('--b', '--b ') + end],
    ['no name', field('model', 'm').replace('; name="model"', '') + end],
    ['two names', field('model', 'm').replace('name=', 'name="a"; name=') + end],
    ['a name in another character set', field('model', 'm').replace('name=', "name*=utf-8''a; name=") + end],
    ['no head', `--b\r\n\r\nm\r\n${end}`],
    ['half a head', `--b\r\nContent-Disposition: form-data; name="model"\r\n${end}`],
    [
      'two dispositions',
      field('model', 'm').replace('\r\n\r\n', '\r\nContent-Disposition: form-data; name=a\r\n\r\n') + end,
    ],
    ['a folded header', field('model', 'm').replace('; name', ';\r\n name') + end],
    ['an open quote', field('model', 'm').replace('model"', 'model') + end],
    ['the name escaped', field('mod\\el', 'm') + end],
    ['the name with percent signs', field('mod%65l', 'm') + end],
    ['the name in capitals', field('Model', 'm') + end],
    [
      'the value encoded',
      field('model', 'bQ==').replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n') + end,
    ],
    ['a very long head', field('model', 'm').replace('\r\n\r\n', `\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`) + end],
    ['parts without end', field('a', '').repeat(1001) + end],
  ])('are refused with %s', (_name, body) => {
    expect(modelOf(body)).toBeNull();
  });

  it('are what was written, whatever they hold', () => {
    const parts = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'model', 'file', 'prompt'),
        value: fc.oneof(
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
          fc.constantFrom('--bounds', '\r\n', '-', '\r\n\r\n', 'name="model"').map((text) => Buffer.from(text)),
        ),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(parts, (written) => {
        const boundary = 'bounds0123456789';
        const pieces = written.flatMap(({ name, value }) => [
          Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
          value,
          Buffer.from('\r\n'),
        ]);
        const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
        const models = written.filter(({ name }) => name === 'model');
        const found = scan(body, `multipart/form-data; boundary=${boundary}`);
        const span = found?.get('model');
        const value = span && body.toString('hex', span.start, span.end);
        expect(found === null).toBe(models.length > 1);
        expect(value).toBe(found === null ? undefined : models[0]?.value.toString('hex'));
      }),
    );
  });

  it('never throws and never reads past the end, whatever the bytes', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('--b', '--b--', '\r\n', '\n', field('model', 'm'), file('x')).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 12 }), (pieces) => {
        const body = Buffer.concat([Buffer.from('--b'), ...pieces]);
        for (const { start, end: last } of scan(body, type)?.values() ?? []) {
          expect(start).toBeLessThanOrEqual(last);
          expect(last).toBeLessThanOrEqual(body.length);
        }
      }),
    );
  });
});
