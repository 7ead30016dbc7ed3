// A provider on raw sockets, as cheap as Node allows, so that what is measured is the proxy before it.
// Usage: node upstream.ts; prints its port.
import { createServer, type Socket } from 'node:net';

const CHUNKS = 60;
const SLOW_EVENTS = 50;
const SLOW_EVENT_MS = 200;

const usage = { prompt_tokens: 20, completion_tokens: 60, total_tokens: 80 };
const head = { id: 'chatcmpl-bench', created: 1_790_000_000, model: 'gpt-4o' };
const chunkOf = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
const end = `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage })}\n\ndata: [DONE]\n\n`;
const framed = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const message = { role: 'assistant', content: 'word '.repeat(180) };
const json = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  usage,
});
const jsonReply = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
);
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const events = Array.from({ length: CHUNKS }, (_value, index) => framed(chunkOf({ content: `word${index} ` })));
const streamReply = Buffer.from(`${streamHead}${events.join('')}${framed(end)}0\r\n\r\n`);

/** One reply for each request; which one, the body says: `"stream":true` for the burst, `"slow":true` for the slow. */
function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let held: Buffer = Buffer.alloc(0);
  let missing = 0;
  let kind = '';
  socket.on('data', (chunk: Buffer) => {
    let data = chunk;
    for (;;) {
      if (missing > 0) {
        const taken = Math.min(missing, data.length);
        missing -= taken;
        data = data.subarray(taken);
        if (missing > 0) return;
        answer(socket, kind);
      }
      if (data.length === 0 && held.length === 0) return;
      held = held.length === 0 ? data : Buffer.concat([held, data]);
      const headEnd = held.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const text = held.toString('latin1', 0, headEnd);
      kind = /\r\nx-bench: *(\w+)/i.exec(text)?.[1] ?? 'json';
      missing = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      data = held.subarray(headEnd + 4);
      held = Buffer.alloc(0);
      if (missing === 0) answer(socket, kind);
    }
  });
}

function answer(socket: Socket, kind: string): void {
  if (kind === 'json') socket.write(jsonReply);
  else if (kind === 'burst') socket.write(streamReply);
  else answerSlowly(socket);
}

function answerSlowly(socket: Socket): void {
  socket.write(streamHead);
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    socket.write(sent < SLOW_EVENTS ? framed(chunkOf({ content: 'word ' })) : `${framed(end)}0\r\n\r\n`);
    if (sent >= SLOW_EVENTS || socket.destroyed) clearInterval(timer);
  }, SLOW_EVENT_MS);
}

const server = createServer(serve).listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});
