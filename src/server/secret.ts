import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A string that must not be shown. Every way of turning a value into text gives `[redacted]`; only `reveal()` gives
 * the text, and only the files named in the import rules may call it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. The caller must not log it, put it into an error or keep it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  valueOf(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
