import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FakeBehaviour, FakeSettings } from './settings.ts';

/** What a broken or foreign server does, whatever it was asked. True: the request has been dealt with. */
export async function misbehave(
  response: ServerResponse,
  behaviour: FakeBehaviour,
  settings: FakeSettings,
  signal: AbortSignal,
): Promise<boolean> {
  switch (behaviour) {
    case 'slow':
      await delay(settings.slowMs, undefined, { signal });
      return false;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<!doctype html><html><head><title>Welcome</title></head><body><h1>Sign in</h1></body></html>');
      return true;
    case 'redirect':
      response.writeHead(302, { location: settings.redirectTo }).end();
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x22, 0x3a, 0x7d, 0x7d, 0x0a, 0xc3, 0x28]));
      return true;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      await writeMany(response, settings.hugeBytes, signal);
      response.end();
      return true;
    case 'disconnect':
      response.destroy();
      return true;
    default:
      return false;
  }
}

/** Valid JSON to the last byte, if anybody reads so far: an object after a great many spaces. */
async function writeMany(response: ServerResponse, bytes: number, signal: AbortSignal): Promise<void> {
  const piece = Buffer.alloc(65_536, ' ');
  for (let sent = 0; sent < bytes && !response.destroyed && !signal.aborted; sent += piece.length) {
    if (!response.write(piece)) await drained(response, signal);
  }
  response.write('{}');
}

/** Resolves when more can be written, or when nobody reads any more. */
function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      response.off('drain', finish).off('close', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    response.once('drain', finish).once('close', finish);
    signal.addEventListener('abort', finish, { once: true });
    if (response.destroyed || signal.aborted) finish();
  });
}
