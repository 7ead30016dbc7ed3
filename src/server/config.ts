import { isIP } from 'node:net';
import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { signUpModes } from '../contract/vocabulary.ts';
import { createAddressPolicy } from './outbound/address-policy.ts';
import { Secret } from './secret.ts';
import { StartupError } from './startup-error.ts';

const list = z
  .string()
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''));

/** Refuses the entries of a list that `isRight` does, naming each: they are addresses and hold no secret. */
const listOf = (isRight: (entry: string) => boolean, expected: string) =>
  list.superRefine((entries, issues) => {
    for (const entry of entries) {
      if (!isRight(entry)) issues.addIssue({ code: 'custom', message: `"${entry.slice(0, 100)}" is not ${expected}` });
    }
  });

const isNetwork = (entry: string): boolean => isIP(entry) !== 0 || ipaddr.isValidCIDR(entry);

const isAllowEntry = (entry: string): boolean => {
  try {
    createAddressPolicy([entry]);
    return true;
  } catch {
    return false;
  }
};

const secret = z.string().transform((value) => new Secret(value));

/** Every environment variable the server reads: how it is parsed, its default in words, and what it is for. */
export const variables = {
  HOST: {
    schema: z.string().trim().min(1).max(255).default('127.0.0.1'),
    default: '127.0.0.1',
    meaning: 'Address to listen on. The default serves this computer only.',
  },
  PORT: {
    schema: z
      .string()
      .trim()
      .regex(/^\d{1,5}$/, 'must be a number')
      .transform(Number)
      .refine((port) => port <= 65_535, 'must be at most 65535')
      .default(8000),
    default: '8000',
    meaning: 'Port to listen on; 0 takes a free one.',
  },
  DATA_DIR: {
    schema: z.string().trim().min(1).default('./data'),
    default: './data',
    meaning: 'Directory of the embedded database and the generated encryption key.',
  },
  DATABASE_URL: {
    schema: z.string().trim().optional(),
    default: 'embedded SQLite in DATA_DIR',
    meaning: '`postgresql://user:password@host/name` for PostgreSQL 14 or later.',
  },
  ENCRYPTION_KEY_FILE: {
    schema: z.string().trim().min(1).optional(),
    default: '',
    meaning: 'File with the master key: a JWK Set, 64 hexadecimal or 43 base64 characters. Not readable by others.',
  },
  ENCRYPTION_KEY: {
    schema: secret.optional(),
    default: 'generated once into DATA_DIR/keys/master.jwks.json',
    meaning: 'The master key itself, in the same forms. Prefer ENCRYPTION_KEY_FILE.',
  },
  SECRET_KEY: {
    schema: secret.refine((value) => value.reveal().length >= 32, 'must have at least 32 characters').optional(),
    default: 'a random one, sealed in the database',
    meaning: 'Signs access tokens. Changing it ends all of them; sessions stay.',
  },
  PUBLIC_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    default: '',
    meaning:
      'The address people open, e.g. `https://keys.example.com`. With https the session cookie becomes `Secure`.',
  },
  TRUSTED_PROXIES: {
    schema: listOf(isNetwork, 'an IP address or a network such as 10.0.0.0/8').optional(),
    default: 'none',
    meaning: 'Addresses or networks, separated by commas, whose `X-Forwarded-For` is believed, e.g. `127.0.0.1`.',
  },
  SIGNUP: {
    schema: z.enum(signUpModes).default('open'),
    default: 'open',
    meaning: '`open`: anybody may register. `invite`, `closed`: nobody but the first account.',
  },
  UPSTREAM_ALLOW_PRIVATE: {
    schema: listOf(isAllowEntry, 'a host, an IP address, either with a port, or a network').optional(),
    default: 'none',
    meaning: 'Hosts or networks that provider calls may reach although private, e.g. `127.0.0.1` for a local Ollama.',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    default: 'info',
    meaning: 'How much is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.',
  },
} as const satisfies Record<string, { schema: z.ZodType; default: string; meaning: string }>;

type Environment = Record<string, string | undefined>;

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  readonly encryptionKeyFile: string | undefined;
  readonly encryptionKey: Secret | undefined;
  readonly secretKey: Secret | undefined;
  readonly publicUrl: URL | undefined;
  readonly trustedProxies: readonly string[];
  readonly signUp: (typeof signUpModes)[number];
  readonly upstreamAllowPrivate: readonly string[];
  readonly logLevel: string;
  /** Names of variables that are set and that this version does not read. */
  readonly unusedVariables: readonly string[];
}

/** Set but empty, these are refused where they are read: the mistake must not hide data or lose a key. */
const secretNames: readonly string[] = ['DATABASE_URL', 'ENCRYPTION_KEY', 'SECRET_KEY'];

/** Variables of later versions, which people set ahead of them. They may hold passwords. */
const unusedNames = ['REDIS_URL'];

/**
 * Reads the configuration and removes the secrets from the environment, so that no child process inherits them.
 * Throws StartupError that lists every wrong variable at once, never its value.
 */
export function readConfig(environment: Environment = process.env): Config {
  const schema = z.object({
    HOST: variables.HOST.schema,
    PORT: variables.PORT.schema,
    DATA_DIR: variables.DATA_DIR.schema,
    DATABASE_URL: variables.DATABASE_URL.schema,
    ENCRYPTION_KEY_FILE: variables.ENCRYPTION_KEY_FILE.schema,
    ENCRYPTION_KEY: variables.ENCRYPTION_KEY.schema,
    SECRET_KEY: variables.SECRET_KEY.schema,
    PUBLIC_URL: variables.PUBLIC_URL.schema,
    TRUSTED_PROXIES: variables.TRUSTED_PROXIES.schema,
    SIGNUP: variables.SIGNUP.schema,
    UPSTREAM_ALLOW_PRIVATE: variables.UPSTREAM_ALLOW_PRIVATE.schema,
    LOG_LEVEL: variables.LOG_LEVEL.schema,
  });
  const given = withoutEmpty(environment);
  const parsed = schema.safeParse(given);
  for (const name of [...secretNames, ...unusedNames]) delete environment[name];
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new StartupError(
      'configuration_invalid',
      `The configuration is not right:\n${problems.join('\n')}\nSee docs/reference/config.md.`,
    );
  }
  const values = parsed.data;
  return {
    host: values.HOST,
    port: values.PORT,
    dataDirectory: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    encryptionKeyFile: values.ENCRYPTION_KEY_FILE,
    encryptionKey: values.ENCRYPTION_KEY,
    secretKey: values.SECRET_KEY,
    publicUrl: values.PUBLIC_URL === undefined ? undefined : new URL(values.PUBLIC_URL),
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    signUp: values.SIGNUP,
    upstreamAllowPrivate: values.UPSTREAM_ALLOW_PRIVATE ?? [],
    logLevel: values.LOG_LEVEL,
    unusedVariables: unusedNames.filter((name) => given[name] !== undefined),
  };
}

/** Compose files pass a variable that nobody set as an empty one. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => value !== '' || secretNames.includes(name)),
  );
}

/** Whether a host name or address means this computer only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
}

/** Whether only people at this computer can reach the server, as far as the configuration tells. */
export function isPrivateToThisComputer(config: Config): boolean {
  const publicHost = config.publicUrl?.hostname;
  return (
    isLoopback(config.host) &&
    config.trustedProxies.length === 0 &&
    (publicHost === undefined || isLoopback(publicHost))
  );
}
