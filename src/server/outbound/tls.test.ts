import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { makeSelfSignedCertificate } from '../../testing/self-signed-certificate.ts';
import { createOutbound, OutboundError, type OutboundReply } from '../outbound.ts';

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serveTls(names: readonly string[], options = {}): Promise<{ port: number; certificate: string }> {
  const { certificate, privateKey } = makeSelfSignedCertificate(names);
  const server = await startLoopbackServer((_request, response) => response.end('secure'), {
    cert: certificate,
    key: privateKey,
    ...options,
  });
  servers.push(server);
  return { port: server.port, certificate };
}

function trust(certificate: string): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  onTestFinished(() => setDefaultCACertificates(before));
}

async function call(url: string, headers: Record<string, string> = {}): Promise<OutboundReply | string> {
  const outbound = createOutbound({
    allowPrivate: ['127.0.0.1'],
    lookup: async () => [{ address: '127.0.0.1' }],
  });
  try {
    return await outbound.request({ method: 'GET', url, headers, timeoutMs: 5_000, bytesMax: 1_000 });
  } catch (error) {
    if (error instanceof OutboundError) return error.code;
    throw error;
  } finally {
    await outbound.close();
  }
}

it('a certificate of a trusted authority for the right name or address is accepted', async () => {
  const { port, certificate } = await serveTls(['provider.example', '127.0.0.1']);
  trust(certificate);
  expect(await call(`https://provider.example:${port}/`)).toMatchObject({ httpStatus: 200 });
  expect(await call(`https://127.0.0.1:${port}/`)).toMatchObject({ httpStatus: 200 });
});

it('a self-signed certificate is refused', async () => {
  const { port } = await serveTls(['provider.example']);
  expect(await call(`https://provider.example:${port}/`)).toBe('tls');
});

it('NODE_TLS_REJECT_UNAUTHORIZED cannot switch the check off', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { port } = await serveTls(['provider.example']);
  expect(await call(`https://provider.example:${port}/`)).toBe('tls');
});

it('a trusted certificate for another name or address is refused, whatever Host header the caller sets', async () => {
  const { port, certificate } = await serveTls(['provider.example']);
  trust(certificate);
  expect(await call(`https://other.example:${port}/`)).toBe('tls');
  expect(await call(`https://other.example:${port}/`, { host: 'provider.example' })).toBe('tls');
  expect(await call(`https://127.0.0.1:${port}/`)).toBe('tls');
});

it('a Host header of a caller that streams does not choose the name that is verified', async () => {
  const { port, certificate } = await serveTls(['provider.example']);
  trust(certificate);
  const outbound = createOutbound({
    allowPrivate: ['127.0.0.1'],
    lookup: async () => [{ address: '127.0.0.1' }],
  });
  const ask = (origin: string): Promise<unknown> =>
    outbound.dispatcher.request({ origin, path: '/', method: 'GET', headers: { host: 'provider.example' } });
  await expect(ask(`https://provider.example:${port}`)).resolves.toMatchObject({ statusCode: 200 });
  await expect(ask(`https://other.example:${port}`)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  await outbound.dispatcher.destroy();
});

it('TLS below 1.2 is refused and 1.2 is accepted', async () => {
  const old = await serveTls(['provider.example'], {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  trust(old.certificate);
  expect(await call(`https://provider.example:${old.port}/`)).toBe('tls');
  const current = await serveTls(['provider.example'], { maxVersion: 'TLSv1.2' });
  trust(current.certificate);
  expect(await call(`https://provider.example:${current.port}/`)).toMatchObject({ httpStatus: 200 });
});

it('a server that does not speak TLS is a tls error', async () => {
  const server = await startLoopbackServer((_request, response) => response.end());
  servers.push(server);
  expect(await call(`https://provider.example:${server.port}/`)).toBe('tls');
});
