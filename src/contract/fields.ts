import { z } from 'zod';
import { dialects } from './vocabulary.ts';

/** C0 and C1 controls, line and paragraph separators, and the bidirectional overrides that can disguise a name. */
const CONTROLS_IN_LINE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** As above, but a text may have tabs and new lines. */
const CONTROLS_IN_TEXT = /(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Half a surrogate pair cannot be stored as UTF-8. */
export const isWellFormed = (value: string): boolean => value.isWellFormed();
export const halfCharacters = 'must not contain half characters';
const withoutControls = 'must not contain control characters';

/** One line of text a person wrote, trimmed, 1 to `lengthMax` characters. */
export function line(lengthMax: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .refine(isWellFormed, halfCharacters)
    .refine((value) => !CONTROLS_IN_LINE.test(value), withoutControls);
}

/** Several lines of text, may be empty, at most `lengthMax` characters. */
export function text(lengthMax: number) {
  return z
    .string()
    .trim()
    .max(lengthMax)
    .refine(isWellFormed, halfCharacters)
    .refine((value) => !CONTROLS_IN_TEXT.test(value), withoutControls);
}

/** An e-mail address as people type it. */
export const Email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email({ pattern: z.regexes.unicodeEmail }))
  .pipe(line(254));

/** IP addresses or networks such as 10.0.0.0/8. */
export const AddressList = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
  .min(1)
  .max(100);

/** A moment on the wire: RFC 3339 in UTC, e.g. `2026-11-22T08:30:00.000Z`. */
export const Time = z.iso.datetime().meta({ example: '2026-11-22T08:30:00.000Z' });

/** A moment that a client sends: RFC 3339 with any offset, years 2000 to 9999. */
export const TimeInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine((value) => Date.parse(value) >= Date.UTC(2000), 'must be after the year 2000');

/** An absolute http(s) URL without user info, query or fragment; the server decides which hosts it may reach. */
export const BaseUrl = z
  .string()
  .trim()
  .min(1)
  .max(2048)
  .refine((value) => {
    const url = URL.parse(value);
    return (
      url !== null &&
      (url.protocol === 'https:' || url.protocol === 'http:') &&
      url.username === '' &&
      url.password === '' &&
      url.search === '' &&
      url.hash === ''
    );
  }, 'must be an http or https address without user name, query or fragment')
  .meta({ example: 'https://api.example.com/v1' });

export const Dialect = z.enum(dialects);

/** A page's size and where it starts. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(400).optional(),
};

/** A page of a list: `nextCursor` is null on the last one. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
