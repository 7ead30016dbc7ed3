import { expect, test } from 'vitest';
import { partsOf } from './terms-text.tsx';

const read = (text: string) => partsOf(text).map(({ kind, text: words }) => [kind, words]);

test('an empty line ends a paragraph, a # begins a heading, and other line breaks stay', () => {
  expect(read('Hello\nthere\n\n\n# What holds  \nAll of it.\r\n\r\n##Also\n')).toEqual([
    ['paragraph', 'Hello\nthere'],
    ['heading', 'What holds'],
    ['paragraph', 'All of it.'],
    ['heading', 'Also'],
  ]);
});

test('markup and a lone # are words like any other', () => {
  expect(read('<img src=x onerror=alert(1)>\n#')).toEqual([['paragraph', '<img src=x onerror=alert(1)>\n#']]);
  expect(read(' \n\n')).toEqual([]);
});
