import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from './log.ts';
import { Secret } from './secret.ts';

function capture(): { lines: string[]; sink: Writable } {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, sink };
}

it('is one JSON object a line with time, level and words, whatever the words hold', () => {
  const { lines, sink } = capture();
  createLog('info', sink).info({ name: 'a\r\n{"level":"fatal"}\u001b[31m' }, 'words');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
  expect(lines[0]).not.toContain('\u001b');
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    name: 'a\r\n{"level":"fatal"}\u001b[31m',
    msg: 'words',
  });
});

it('never holds what is named a secret, nor a Secret under any name', () => {
  const { lines, sink } = capture();
  const log = createLog('trace', sink);
  const marker = 'marker-of-a-secret';
  const named = { secret: marker, password: marker, authorization: marker, cookie: marker };
  log.info(named, 'at the top');
  log.info({ body: named, headers: named }, 'one level down');
  log.info({ credential: { value: new Secret(marker) } }, 'wrapped');
  log.info(`in words: ${String(new Secret(marker))}`);
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain(marker);
  expect(lines.join('')).toContain('[redacted]');
});

it('tells the cause of an error', () => {
  const { lines, sink } = capture();
  createLog('error', sink).error({ error: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  expect(lines[0]).toContain('outer');
  expect(lines[0]).toContain('inner');
});
