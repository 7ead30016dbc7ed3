import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallHead, Exchange, ReplyWriter } from './exchange.ts';

/** A call that node:http has parsed. */
export function nodeExchange(request: IncomingMessage, response: ServerResponse, ip: string): Exchange {
  return { head: headOf(request, ip), readBody: (bytesMax) => readBody(request, bytesMax), reply: writerOf(response) };
}

function headOf(request: IncomingMessage, ip: string): CallHead {
  const { headers, rawHeaders, method = 'GET', url = '/' } = request;
  return {
    method,
    target: url,
    rawHeaders,
    ip,
    header(name) {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | 'too_large' | 'broken'> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > bytesMax) return Promise.resolve('too_large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        request.pause();
        resolve('too_large');
        return;
      }
      chunks.push(chunk);
    });
    request.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes));
    });
    request.once('error', () => resolve('broken'));
    request.once('close', () => resolve('broken'));
  });
}

function writerOf(response: ServerResponse): ReplyWriter {
  return {
    get isGone() {
      return response.destroyed && !response.writableFinished;
    },
    get hasBegun() {
      return response.headersSent;
    },
    writeHead(httpStatus, rawHeaders) {
      if (!response.headersSent && !response.destroyed) response.writeHead(httpStatus, rawHeaders);
    },
    flushHead: () => response.flushHeaders(),
    write: (chunk) => response.destroyed || response.write(chunk),
    end(chunk, rawTrailers) {
      if (rawTrailers !== undefined && rawTrailers.length > 0) response.addTrailers(pairsOf(rawTrailers));
      response.end(chunk);
    },
    cut: () => void response.destroy(),
    onDrain: (listener) => void response.on('drain', listener),
    onGone(listener) {
      response.once('close', () => {
        if (!response.writableFinished) listener();
      });
    },
  };
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}
