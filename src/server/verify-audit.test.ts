import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tamperWith } from '../testing/audit-tamper.ts';
import type { Team } from '../testing/team.ts';
import { makeTestDirectory, testEngines } from '../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../testing/test-server.ts';

const program = fileURLToPath(new URL('verify-audit.ts', import.meta.url));

/** The verifier as auditors run it, with nothing in its environment but what is given. */
async function verifyAudit(environment: Record<string, string>, args: readonly string[] = []) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output, errors };
}

describe.each(testEngines())('npm run verify-audit beside a running server on $engine', (engine) => {
  let target: TestServer;
  let intact: Team;
  let damaged: Team;
  let damagedId: string;
  beforeAll(async () => {
    target = await startTestServer(engine);
    const tamper = tamperWith(target);
    [intact, damaged] = [await tamper.teamWithEvents(2), await tamper.teamWithEvents(3)];
  });
  afterAll(() => target.dispose());

  const environment = (): Record<string, string> => {
    const { databaseUrl } = target.server.services.config;
    return { DATA_DIR: target.dataDirectory, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) };
  };
  const run = (...args: string[]) => verifyAudit(environment(), args);

  it('prints one line for each chain and exits 0 where all are intact, and changes nothing', async () => {
    const files = readdirSync(target.dataDirectory).toSorted();
    const { code, output, errors } = await run();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(/^instance: intact, \d+ rows checked, newest \d+ [\w-]{43}$/m);
    expect(output).toMatch(new RegExp(`^${damaged.workspaceId}: intact, 4 rows checked, newest 4 [\\w-]{43}$`, 'm'));
    expect(readdirSync(target.dataDirectory).toSorted()).toEqual(files);
    expect((await intact.api('POST /api/audit-events/verify')).isIntact).toBe(true);
  });

  it('names the event that was edited and exits 1, and 0 for the workspace beside it', async () => {
    const { kysely } = target.server.services.database;
    await tamperWith(target).behindItsBack(() =>
      sql`update audit_events set actor_label = ${'\u001b[2Jnobody'} where workspace_id = ${damaged.workspaceId}
        and chain_number = 3`.execute(kysely),
    );
    const { rows } = await sql<{ id: string }>`select id from audit_events where workspace_id = ${damaged.workspaceId}
      and chain_number = 3`.execute(kysely);
    damagedId = rows[0]?.id ?? '';
    const { code, output, errors } = await run();
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(output).toContain(`${damaged.workspaceId}: NOT INTACT, 1 fault, 4 rows checked`);
    expect(output).toContain(`  changed at number 3, event ${damagedId}\n`);
    expect(output).toMatch(new RegExp(`^${intact.workspaceId}: intact`, 'm'));
    const one = await run('--workspace', intact.workspaceId);
    expect(one.code).toBe(0);
    expect(one.output.trim().split('\n')).toHaveLength(1);
  });

  it('says the same as JSON', async () => {
    const { code, output } = await run('--json', '--workspace', damaged.workspaceId);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      isIntact: false,
      chains: [
        {
          chain: damaged.workspaceId,
          report: { checked: 4, faults: [{ kind: 'changed', number: 3, eventId: damagedId, count: 1 }] },
        },
      ],
    });
  });

  it('exits 2 for a workspace that is not there, an unknown option and a wrong key, and prints no secret', async () => {
    const secret = makeSecret();
    for (const result of [
      await run('--workspace', 'ws_nothing'),
      await run('--frobnicate'),
      await verifyAudit({ ...environment(), SECRET_KEY: secret.slice(0, 20) }),
      await verifyAudit({ ...environment(), ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('hex') }),
    ]) {
      expect(result).toMatchObject({ code: 2, output: '' });
      expect(result.errors).toContain('The audit trail could not be checked: ');
      expect(result.errors).not.toContain(secret.slice(0, 20));
      expect(result.errors).not.toContain('0707');
    }
  });
});

describe('npm run verify-audit without a server', () => {
  it('reads a database that was closed, and makes nothing where there is none', async () => {
    const target = await startTestServer({ engine: 'sqlite', open: () => Promise.reject(new Error('unused')) });
    try {
      await tamperWith(target).teamWithEvents(1);
      await target.server.close();
      expect(await verifyAudit({ DATA_DIR: target.dataDirectory })).toMatchObject({ code: 0, errors: '' });
    } finally {
      await target.dispose();
    }
    const directory = makeTestDirectory();
    try {
      const missing = join(directory, 'missing');
      expect(await verifyAudit({ DATA_DIR: missing })).toMatchObject({ code: 2, output: '' });
      expect(existsSync(missing)).toBe(false);
      mkdirSync(missing);
      expect((await verifyAudit({ DATA_DIR: missing })).code).toBe(2);
      expect(readdirSync(missing)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
