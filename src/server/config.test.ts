import { describe, expect, it } from 'vitest';
import { isPrivateToThisComputer, readConfig } from './config.ts';
import { StartupError } from './startup-error.ts';

function problemOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof StartupError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('the configuration', () => {
  it('needs nothing', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      signUp: 'open',
      logLevel: 'info',
      trustedProxies: [],
    });
    expect(config.dataDirectory).toMatch(/\/data$/);
  });

  it('takes secrets out of the environment, so that no child process has them, right or wrong', () => {
    const right = {
      SECRET_KEY: 'x'.repeat(32),
      ENCRYPTION_KEY: 'y',
      DATABASE_URL: 'postgresql://u:p@h/d',
      PATH: '/bin',
    };
    const wrong = { SECRET_KEY: 'short', ENCRYPTION_KEY: 'y', PORT: 'x' };
    const config = readConfig(right);
    expect(Object.keys(right)).toEqual(['PATH']);
    expect(JSON.stringify(config)).not.toContain('x'.repeat(32));
    expect(problemOf(wrong)).toContain('SECRET_KEY');
    expect(Object.keys(wrong)).toEqual(['PORT']);
  });

  it.each([
    ['SECRET_KEY', ''],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['HOST', ' '],
    ['PUBLIC_URL', 'keys.example.com'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['SIGNUP', 'OPEN'],
    ['LOG_LEVEL', 'verbose'],
    ['TRUSTED_PROXIES', 'localhost'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.1; 10.0.0.2'],
    ['UPSTREAM_ALLOW_PRIVATE', 'http://localhost:11434'],
    ['UPSTREAM_ALLOW_PRIVATE', '*'],
    ['SECRET_KEY', 'x'.repeat(31)],
  ])('refuses %s=%j by name', (name, value) => {
    expect(problemOf({ [name]: value })).toMatch(new RegExp(`^configuration_invalid: .*\n  ${name}: `));
  });

  it.each([
    ['PORT', ' 8080 '],
    ['TRUSTED_PROXIES', '127.0.0.1, ::1, 10.0.0.0/8, fd00::/8'],
    ['TRUSTED_PROXIES', ''],
    ['UPSTREAM_ALLOW_PRIVATE', 'localhost:11434, 127.0.0.1, [::1]:8080, 192.168.0.0/16, ollama.lan'],
    ['PUBLIC_URL', 'https://keys.example.com/akm'],
  ])('takes %s=%j', (name, value) => {
    expect(problemOf({ [name]: value })).toBe('none');
  });

  it('counts a variable that is set but empty as not set, as compose files pass it', () => {
    const names = ['HOST', 'PORT', 'DATA_DIR', 'ENCRYPTION_KEY_FILE', 'PUBLIC_URL', 'TRUSTED_PROXIES', 'SIGNUP'];
    const others = ['UPSTREAM_ALLOW_PRIVATE', 'LOG_LEVEL', 'REDIS_URL'];
    const empty = Object.fromEntries([...names, ...others].map((name) => [name, '']));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('keeps an empty database URL and encryption key apart from missing ones: they are refused later', () => {
    const config = readConfig({ DATABASE_URL: '', ENCRYPTION_KEY: '' });
    expect(config.databaseUrl).toBe('');
    expect(config.encryptionKey?.reveal()).toBe('');
  });

  it('knows what is set and not used, and takes it out of the environment: it may hold a password', () => {
    const environment = { REDIS_URL: 'redis://:hunter2@redis:6379' };
    expect(readConfig(environment).unusedVariables).toEqual(['REDIS_URL']);
    expect(environment).toEqual({});
    expect(readConfig({}).unusedVariables).toEqual([]);
  });

  it.each([
    [{}, true],
    [{ HOST: 'localhost' }, true],
    [{ HOST: '127.8.8.8' }, true],
    [{ HOST: '::1', PUBLIC_URL: 'http://localhost:8000' }, true],
    [{ HOST: '0.0.0.0' }, false],
    [{ HOST: '::' }, false],
    [{ HOST: '127.example.com' }, false],
    [{ HOST: '192.168.1.5' }, false],
    [{ PUBLIC_URL: 'https://keys.example.com' }, false],
    [{ TRUSTED_PROXIES: '127.0.0.1' }, false],
  ])('knows whether %j serves this computer only: %s', (environment, isPrivate) => {
    expect(isPrivateToThisComputer(readConfig(environment))).toBe(isPrivate);
  });
});
