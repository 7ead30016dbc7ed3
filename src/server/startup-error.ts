/** sysexits.h: EX_CONFIG, something the operator has to change before a restart can help. */
const EXIT_CONFIGURATION = 78;
/** sysexits.h: EX_UNAVAILABLE, something outside is missing; a later start may succeed as it is. */
export const EXIT_UNAVAILABLE = 69;

export type StartupErrorCode =
  | 'configuration_invalid'
  | 'address_unusable'
  | 'database_url_invalid'
  | 'database_unreachable'
  | 'database_refused'
  | 'database_unreadable'
  | 'database_locked'
  | 'database_newer'
  | 'database_migration_failed'
  | 'data_directory_unusable'
  | 'master_key_invalid'
  | 'master_key_missing'
  | 'master_key_conflict'
  | 'master_key_file_unsafe'
  | 'master_key_wrong'
  | 'vault_damaged';

/**
 * A reason not to start. `message` is written for the operator: it says what is wrong and what to do, and never holds
 * a password or a key. `exitCode` is the status the process ends with.
 */
export class StartupError extends Error {
  readonly code: StartupErrorCode;
  readonly exitCode: number;

  constructor(code: StartupErrorCode, message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StartupError';
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT_CONFIGURATION;
  }
}
