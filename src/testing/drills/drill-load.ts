import { Agent, type IncomingMessage, request } from 'node:http';

/** One call of a client, and what became of it. */
export interface DrillCall {
  /** Each call asks for a model of its own, so that everybody's notes of it can be laid side by side. */
  readonly model: string;
  /** From the head of the reply; null when none came. */
  readonly requestId: string | null;
  readonly httpStatus: number | null;
  /** The client has the whole reply. */
  readonly isComplete: boolean;
}

export interface DrillLoad {
  readonly started: () => number;
  /** Calls whose whole reply a client has. */
  readonly answered: () => number;
  /** Begins no more calls, and gives all of them when the last one has ended. */
  readonly stop: () => Promise<DrillCall[]>;
}

const TICK_MS = 10;
let calls = 0;

/** Makes calls at a steady rate over kept connections: two dialects, half of them streams. */
export function startLoad(options: { url: string; secret: string; ratePerSecond: number }): DrillLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const results: Promise<DrillCall>[] = [];
  let answered = 0;
  const note = (call: DrillCall): DrillCall => {
    if (call.isComplete && call.httpStatus === 200) answered += 1;
    return call;
  };
  const startedMs = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) * options.ratePerSecond) / 1000;
    while (results.length < due) {
      calls += 1;
      results.push(makeCall(calls, { ...options, agent }).then(note));
    }
  }, TICK_MS);
  return {
    started: () => results.length,
    answered: () => answered,
    async stop() {
      clearInterval(timer);
      const ended = await Promise.all(results);
      agent.destroy();
      return ended;
    },
  };
}

function makeCall(number: number, { url, secret, agent }: { url: string; secret: string; agent: Agent }) {
  const isAnthropic = number % 4 >= 2;
  const model = `${isAnthropic ? 'claude' : 'gpt'}-drill-${number}`;
  const body = JSON.stringify({
    model: `${isAnthropic ? 'anthropic' : 'openai'}/${model}`,
    messages: [{ role: 'user', content: 'Hello' }],
    ...(isAnthropic ? { max_tokens: 100 } : {}),
    ...(number % 2 === 0 ? { stream: true } : {}),
  });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(isAnthropic ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` }),
  };
  const path = isAnthropic ? '/v1/messages' : '/v1/chat/completions';
  return new Promise<DrillCall>((resolve) => {
    const outgoing = request(url + path, { method: 'POST', agent, headers });
    outgoing.once('error', () => resolve({ model, requestId: null, httpStatus: null, isComplete: false }));
    outgoing.once('response', (response: IncomingMessage) => {
      response.resume();
      response.once('error', () => undefined);
      response.once('close', () => {
        const requestId = response.headers['x-akm-request-id'];
        resolve({
          model,
          requestId: typeof requestId === 'string' ? requestId : null,
          httpStatus: response.statusCode ?? null,
          isComplete: response.complete,
        });
      });
    });
    outgoing.end(body);
  });
}
