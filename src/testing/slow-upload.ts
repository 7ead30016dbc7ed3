import { type IncomingHttpHeaders, request } from 'node:http';

export interface SlowUpload {
  /** The reply, whether or not the upload has come to its end. Rejects when the connection breaks before. */
  readonly reply: Promise<{
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely.
    readonly json: any; // oxlint-disable-line typescript/no-explicit-any
  }>;
  /** Sends what is left of the body. */
  finish(): void;
  /** Breaks the connection. */
  leave(): void;
}

/** A call whose body stays unfinished: all but its last byte is sent, and the rest on demand. */
export function startUpload(
  url: string,
  options: { path: string; secret: string; body: object | Buffer; isChunked?: boolean },
): SlowUpload {
  const body = Buffer.isBuffer(options.body) ? options.body : Buffer.from(JSON.stringify(options.body));
  const outgoing = request(url + options.path, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${options.secret}`,
      'content-type': 'application/json',
      ...(options.isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) }),
    },
  });
  const reply = new Promise<Awaited<SlowUpload['reply']>>((resolve, reject) => {
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, json: JSON.parse(text) });
        // What was not sent by then is of no use to anybody.
        if (!outgoing.writableEnded) outgoing.destroy();
      });
    });
    outgoing.on('error', reject);
  });
  // A test that breaks the connection asks for no reply.
  reply.catch(() => undefined);
  outgoing.write(body.subarray(0, -1));
  return {
    reply,
    finish: () => void outgoing.end(body.subarray(-1)),
    leave: () => void outgoing.destroy(),
  };
}
