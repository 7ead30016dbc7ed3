import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workThrough } from '../../testing/work-steps.ts';
import { addedMember, editBytes, readMember } from './edit-member.ts';
import { scanMembers } from './scan-body.ts';

const names = new Set(['model', 'stream', 'stream_options']);
const scanBytes = (body: Buffer) => workThrough(scanMembers(body, names)).result;
const scan = (text: string) => scanBytes(Buffer.from(text));
const read = (text: string, name: string) => readMember(Buffer.from(text), scan(text)?.get(name));

describe('scanning a JSON body', () => {
  it('finds what JSON.parse finds, in any object', () => {
    const object = fc.dictionary(fc.oneof(fc.constantFrom('model', 'stream', 'messages'), fc.string()), fc.jsonValue());
    fc.assert(
      fc.property(object, fc.nat(3), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const found = scan(text);
        expect(found).not.toBeNull();
        const parsed: Record<string, unknown> = JSON.parse(text);
        for (const name of names) expect(read(text, name)).toEqual(parsed[name]);
      }),
    );
  });

  it('never throws and never reads past the end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const body of [Buffer.from(bytes), Buffer.from([...Buffer.from('{"model":'), ...bytes])]) {
          for (const { start, end } of scanBytes(body)?.values() ?? []) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(body.length);
          }
        }
      }),
    );
  });

  it.each([
    ['the model twice', '{"model":"a","model":"b"}'],
    ['the model twice, once escaped', '{"model":"a","mod\\u0065l":"b"}'],
    ['an escaped name alone', '{"mod\\u0065l":"b"}'],
    ['an array', '[{"model":"a"}]'],
    ['nothing', ''],
    ['half a body', '{"model":"a","messages":[{"role":"user"'],
    ['two bodies', '{"model":"a"}{"model":"b"}'],
    ['text behind the body', '{"model":"a"} x'],
  ])('refuses %s', (_name, text) => {
    expect(scan(text)).toBeNull();
  });

  it('does not take a member of an inner object for one of the outermost', () => {
    expect(read('{"messages":[{"model":"inner"}],"metadata":{"model":"inner"},"model":"outer"}', 'model')).toBe(
      'outer',
    );
    expect(scan('{"metadata":{"model":"inner"}}')?.size).toBe(0);
  });

  it('changes the value it was asked to and no other byte', () => {
    const text = '{ "a" : "\\"model\\":1" ,\n"model" : "alias" , "b":"你好 🎉"}';
    const body = Buffer.from(text);
    const span = scan(text)?.get('model');
    if (span === undefined) throw new Error('the model is there');
    const edited = (from: Buffer, ...edits: Parameters<typeof editBytes>[1][number][]) =>
      Buffer.concat(editBytes(from, edits)).toString();
    const model = { span, text: '"real"' };
    expect(edited(body, model)).toBe(text.replace('"alias"', '"real"'));
    const added = addedMember(body, 'stream_options', '{}');
    expect(edited(body, added)).toBe(text.replace('{', '{"stream_options":{},'));
    expect(edited(body, model, added)).toBe(text.replace('"alias"', '"real"').replace('{', '{"stream_options":{},'));
    const empty = Buffer.from(' { } ');
    expect(edited(empty, addedMember(empty, 'a', '1'))).toBe(' {"a":1 } ');
  });
});
