export type SealErrorCode = 'UnknownKey' | 'Tampered' | 'WrongContext' | 'Malformed';

const MESSAGES: Record<SealErrorCode, string> = {
  UnknownKey: 'The value was sealed with a key that is not here.',
  Tampered: 'The value was changed after it was sealed, or another key made it.',
  WrongContext: 'The value belongs to another record.',
  Malformed: 'The value is not an envelope.',
};

/** An envelope that cannot be opened. Clients are told "cannot decrypt" whatever the code; the code is for the log. */
export class SealError extends Error {
  readonly code: SealErrorCode;
  /** The key that the envelope asks for, where it says so. */
  readonly keyId: string | undefined;

  constructor(code: SealErrorCode, options: { keyId?: string } = {}) {
    super(MESSAGES[code]);
    this.name = 'SealError';
    this.code = code;
    this.keyId = options.keyId;
  }
}
