import { describe, expect, it } from 'vitest';
import { type LedgerLine, type RecordedEvent, reconcile } from './reconcile.ts';

const line = (number: number): LedgerLine => ({
  requestId: `req_${number}`,
  model: `m-${number}`,
  usage: { inputTokens: number, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
});
const event = (number: number, fields: Partial<RecordedEvent> = {}): RecordedEvent => ({
  request_id: `call_${number}`,
  attempt: 1,
  is_final: 1,
  upstream_model: `m-${number}`,
  upstream_request_id: `req_${number}`,
  usage_state: 'exact',
  outcome: 'ok',
  input_tokens: number,
  output_tokens: 1,
  ...fields,
});
const interrupted = (number: number): RecordedEvent =>
  event(number, { outcome: 'interrupted', usage_state: 'estimated', upstream_request_id: null, input_tokens: 5 });
const call = (number: number) => ({ model: `m-${number}`, requestId: `call_${number}`, httpStatus: 200 });
const nothing = { missing: [], double: [], wrong: [], other: [], unrecorded: [] };

describe('a comparison of the books', () => {
  it('finds nothing where they agree', () => {
    const calls = [
      { ...call(1), isComplete: true },
      { ...call(2), isComplete: false },
    ];
    expect(reconcile([line(1), line(2)], [event(1), interrupted(2), interrupted(3)], calls)).toEqual({
      ...nothing,
      requests: 2,
      exact: 1,
      interrupted: 2,
      neverArrived: 1,
    });
  });

  it.each([
    ['a call without an event', [line(1), line(2)], [event(1)], { missing: ['req_2'] }],
    ['an interrupted event of another call', [line(1)], [interrupted(2)], { missing: ['req_1'] }],
    ['two events of one call', [line(1)], [event(1), event(1, { request_id: 'x' })], { double: ['req_1'] }],
    ['two events of one attempt', [line(1)], [event(1), interrupted(1)], { double: ['call_1 1'] }],
    ['tokens that are off by one', [line(1)], [event(1, { input_tokens: 2 })], { wrong: ['req_1'] }],
    ['an exact event that the provider knows nothing of', [], [event(1)], { wrong: ['req_1'] }],
    [
      'an estimate where nothing was interrupted',
      [line(1)],
      [event(1, { usage_state: 'estimated' })],
      { missing: ['req_1'], other: ['ok estimated'] },
    ],
  ])('finds %s', (_, ledger, events, expected) => {
    expect(reconcile(ledger, events, [])).toMatchObject({ ...nothing, ...expected });
  });

  it('finds a whole reply that was not recorded as such', () => {
    const calls = [{ ...call(1), isComplete: true }];
    expect(reconcile([line(1)], [interrupted(1)], calls)).toMatchObject({ missing: [], unrecorded: ['m-1'] });
  });
});
