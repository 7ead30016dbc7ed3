import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WorkspaceId } from '../../contract/ids.ts';
import { makeTestDirectory, type TestDatabase, type TestEngine, testEngines } from '../../testing/test-database.ts';
import { brand, newId } from '../ids.ts';
import { Secret } from '../secret.ts';
import { SEAL_LIMITS, type SealLimits } from './data-keys.ts';
import { loadMasterKeys } from './master-key.ts';
import { parseMasterKeys } from './master-key-format.ts';
import { dataClasses, type SealedColumn } from './sealed-columns.ts';
import { type DataKeyOwner, openVault, SealError, type SealedRecord, type Vault } from './vault.ts';

const MARKER = `marker-${'m'.repeat(40)}`;

async function open(
  { database, dataDirectory }: Pick<TestDatabase, 'database' | 'dataDirectory'>,
  limits: SealLimits = SEAL_LIMITS,
): Promise<Vault> {
  const settings = { dataDirectory, encryptionKey: undefined, encryptionKeyFile: undefined };
  return openVault({ database, masterKeys: await loadMasterKeys({ database, ...settings }), limits });
}

function record(row = 'key_1', version = 1): SealedRecord {
  return { column: 'credential_versions.envelope', row, version };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
  throw new Error('opened');
}

describe.each(testEngines())('the vault on $engine', (engine: TestEngine) => {
  let testDatabase: TestDatabase;
  let vault: Vault;

  beforeEach(async () => {
    testDatabase = await engine.open();
    vault = await open(testDatabase);
  });

  afterEach(() => testDatabase.dispose());

  async function makeWorkspace(by: Vault = vault): Promise<WorkspaceId> {
    const workspaceId = newId('Workspace');
    await testDatabase.database.transaction((transaction) => by.createDataKey(transaction, workspaceId));
    await by.loadDataKey(workspaceId);
    return workspaceId;
  }

  test('what a workspace seals opens again, in this process and after a restart', async () => {
    const workspaceId = await makeWorkspace();
    const envelope = vault.seal(workspaceId, record(), new Secret(MARKER));
    expect(vault.open(workspaceId, record(), envelope).reveal()).toBe(MARKER);
    const restarted = await open(testDatabase);
    await restarted.loadDataKey(workspaceId, 'open');
    expect(restarted.open(workspaceId, record(), envelope).reveal()).toBe(MARKER);
    expect(restarted.masterKeyId).toBe(vault.masterKeyId);
  });

  test('the instance has a data key of its own', async () => {
    await vault.loadDataKey('system');
    const envelope = vault.seal('system', record(), new Secret(MARKER));
    expect(vault.open('system', record(), envelope).reveal()).toBe(MARKER);
  });

  test('any text comes back as it was', async () => {
    const workspaceId = await makeWorkspace();
    for (const text of ['', ' ', 'ключ-密钥-🔑', '\0', 'a'.repeat(60_000)]) {
      const envelope = vault.seal(workspaceId, record(), new Secret(text));
      expect(vault.open(workspaceId, record(), envelope).reveal()).toBe(text);
    }
  });

  test('text that UTF-8 cannot hold is refused instead of changed', async () => {
    const workspaceId = await makeWorkspace();
    expect(() => vault.seal(workspaceId, record(), new Secret('a\ud800'))).toThrow(TypeError);
  });

  test('envelopes swapped between rows, versions or workspaces do not open', async () => {
    const [mine, other] = [await makeWorkspace(), await makeWorkspace()];
    const first = vault.seal(mine, record('key_1'), new Secret('first'));
    const second = vault.seal(mine, record('key_2'), new Secret('second'));
    expect(codeOf(() => vault.open(mine, record('key_1'), second))).toBe('WrongContext');
    expect(codeOf(() => vault.open(mine, record('key_2'), first))).toBe('WrongContext');
    expect(codeOf(() => vault.open(mine, record('key_1', 2), first))).toBe('WrongContext');
    expect(codeOf(() => vault.open(other, record('key_1'), first))).toBe('UnknownKey');
    await vault.loadDataKey('system', 'open');
    expect(codeOf(() => vault.open('system', record('key_1'), first))).toBe('UnknownKey');
  });

  test('a damaged envelope is a typed error, never empty text', async () => {
    const workspaceId = await makeWorkspace();
    const envelope = vault.seal(workspaceId, record(), new Secret(MARKER));
    for (const damaged of ['', 'x', MARKER, envelope.slice(0, -1), `${envelope}A`, `A${envelope}`]) {
      expect(['Malformed', 'Tampered']).toContain(codeOf(() => vault.open(workspaceId, record(), damaged)));
    }
  });

  test('two workspaces never share a data key', async () => {
    const [mine, other] = [await makeWorkspace(), await makeWorkspace()];
    const rows = await testDatabase.database.kysely.selectFrom('data_keys').select(['id', 'workspace_id']).execute();
    expect(new Set(rows.map((row) => row.workspace_id))).toEqual(new Set([mine, other, null]));
    expect(new Set(rows.map((row) => row.id)).size).toBe(3);
  });

  test('a workspace has one active data key: a second one is refused', async () => {
    const workspaceId = await makeWorkspace();
    const again = testDatabase.database.transaction((transaction) => vault.createDataKey(transaction, workspaceId));
    await expect(again).rejects.toThrow(/unique/i);
  });

  test('a data key moved to another workspace does not unwrap', async () => {
    const [mine, other] = [await makeWorkspace(), await makeWorkspace()];
    const envelope = vault.seal(mine, record(), new Secret(MARKER));
    const { kysely } = testDatabase.database;
    await kysely.deleteFrom('data_keys').where('workspace_id', '=', other).execute();
    await kysely.updateTable('data_keys').set({ workspace_id: other }).where('workspace_id', '=', mine).execute();
    const restarted = await open(testDatabase);
    await restarted.loadDataKey(other, 'open');
    expect(codeOf(() => restarted.open(other, record(), envelope))).toBe('WrongContext');
  });

  test('a rolled-back workspace leaves no data key behind, in the database or in memory', async () => {
    const workspaceId = newId('Workspace');
    const failing = testDatabase.database.transaction(async (transaction) => {
      await vault.createDataKey(transaction, workspaceId);
      throw new Error('roll back');
    });
    await expect(failing).rejects.toThrow('roll back');
    await expect(vault.loadDataKey(workspaceId)).rejects.toMatchObject({ code: 'UnknownKey' });
    expect(() => vault.seal(workspaceId, record(), new Secret(MARKER))).toThrow(/loadDataKey/);
  });

  test('a data key loaded inside a transaction is refused instead of waiting for ever', async () => {
    const workspaceId = await makeWorkspace();
    const restarted = await open(testDatabase);
    const inside = testDatabase.database.transaction(() => restarted.loadDataKey(workspaceId));
    await expect(inside).rejects.toThrow(/transaction handle/);
    await testDatabase.database.transaction(async () => vault.loadDataKey(workspaceId));
  });

  test('a fingerprint is the same for one secret in one workspace only, through restarts', async () => {
    const [mine, other] = [newId('Workspace'), newId('Workspace')];
    const fingerprint = vault.fingerprint(mine, new Secret(MARKER));
    expect(fingerprint).toMatch(/^[\w-]{43}$/);
    expect((await open(testDatabase)).fingerprint(mine, new Secret(MARKER))).toBe(fingerprint);
    expect(vault.fingerprint(other, new Secret(MARKER))).not.toBe(fingerprint);
    expect(vault.fingerprint(mine, new Secret(`${MARKER} `))).not.toBe(fingerprint);
  });

  test('a subkey is 32 bytes, the same through restarts, and another for each purpose and instance', async () => {
    const subkey = vault.subkey('access-token');
    expect(subkey.byteLength).toBe(32);
    expect((await open(testDatabase)).subkey('access-token')).toEqual(subkey);
    expect(vault.subkey('audit-chain')).not.toEqual(subkey);
    const another = await engine.open();
    expect((await open(another)).subkey('access-token')).not.toEqual(subkey);
    await another.dispose();
  });

  test('two processes that make the vault of one database at once share one', async () => {
    const fresh = await engine.open();
    const [first, second] = await Promise.all([open(fresh), open(fresh)]);
    expect(second.subkey('x')).toEqual(first.subkey('x'));
    const keys = await fresh.database.kysely.selectFrom('data_keys').select('id').execute();
    expect(keys).toHaveLength(1);
    await fresh.dispose();
  });

  test('health says whether the key check still opens', async () => {
    expect(await vault.checkHealth()).toBe(true);
    await testDatabase.database.kysely.updateTable('master_key_check').set({ envelope: 'x' }).execute();
    expect(await vault.checkHealth()).toBe(false);
  });

  test('a wrong key is refused before anything is written, and the right one opens it again', async () => {
    const { database } = testDatabase;
    const tables = ['master_key_check', 'root_secrets', 'data_keys', 'master_key_history'] as const;
    const dump = () => Promise.all(tables.map((table) => database.kysely.selectFrom(table).selectAll().execute()));
    const before = await dump();
    const elsewhere = makeTestDirectory();
    const wrongKey = new Secret(randomBytes(32).toString('hex'));
    const settings = { dataDirectory: elsewhere, encryptionKey: wrongKey, encryptionKeyFile: undefined };
    const start = loadMasterKeys({ database, ...settings });
    await expect(start).rejects.toMatchObject({ code: 'master_key_wrong', exitCode: 78 });
    const bypassed = parseMasterKeys(wrongKey.reveal(), 'ENCRYPTION_KEY');
    await expect(openVault({ database, masterKeys: bypassed })).rejects.toMatchObject({ code: 'master_key_wrong' });
    expect(await dump()).toEqual(before);
    expect((await open(testDatabase)).masterKeyId).toBe(vault.masterKeyId);
    rmSync(elsewhere, { recursive: true });
  });

  describe('counting seals', () => {
    const limits: SealLimits = { perDataKeyMax: 40, reservation: 10 };

    async function counts(owner: WorkspaceId): Promise<{ version: number; state: string; seal_count: number }[]> {
      return testDatabase.database.kysely
        .selectFrom('data_keys')
        .select(['version', 'state', 'seal_count'])
        .where('workspace_id', '=', owner)
        .orderBy('version')
        .execute();
    }

    test('the database has counted every seal before it is made', async () => {
      const counting = await open(testDatabase, limits);
      const workspaceId = await makeWorkspace(counting);
      for (let made = 1; made <= 35; made += 1) {
        await counting.loadDataKey(workspaceId);
        counting.seal(workspaceId, record(), new Secret(MARKER));
        const [key] = await counts(workspaceId);
        expect(key?.seal_count).toBeGreaterThanOrEqual(made);
      }
    });

    test('a process that only opens counts none', async () => {
      const workspaceId = await makeWorkspace();
      const before = await counts(workspaceId);
      await (await open(testDatabase)).loadDataKey(workspaceId, 'open');
      expect(await counts(workspaceId)).toEqual(before);
    });

    test('a used-up key hands over to a new version and still opens what it sealed', async () => {
      const counting = await open(testDatabase, limits);
      const workspaceId = await makeWorkspace(counting);
      const envelopes: string[] = [];
      for (let made = 0; made < 100; made += 1) {
        await counting.loadDataKey(workspaceId);
        envelopes.push(counting.seal(workspaceId, record(), new Secret(`${MARKER}-${made}`)));
      }
      const keys = await counts(workspaceId);
      expect(keys.length).toBeGreaterThanOrEqual(3);
      expect(keys.map((key) => key.state)).toEqual(
        keys.map((_, index) => (index + 1 < keys.length ? 'decrypt_only' : 'active')),
      );
      for (const key of keys) expect(key.seal_count).toBeLessThanOrEqual(limits.perDataKeyMax);
      const sealedBy = Map.groupBy(envelopes, keyIdOf);
      for (const made of sealedBy.values()) expect(made.length).toBeLessThanOrEqual(limits.perDataKeyMax);
      for (const process of [counting, await open(testDatabase)]) {
        await process.loadDataKey(workspaceId, 'open');
        for (const [index, envelope] of envelopes.entries()) {
          expect(process.open(workspaceId, record(), envelope).reveal()).toBe(`${MARKER}-${index}`);
        }
      }
    });

    test('two processes together stay below the limit of a key', async () => {
      const processes = [await open(testDatabase, limits), await open(testDatabase, limits)];
      const workspaceId = await makeWorkspace(processes[0]);
      const envelopes: string[] = [];
      for (let made = 0; made < 60; made += 1) {
        await Promise.all(processes.map((process) => process.loadDataKey(workspaceId)));
        for (const process of processes) envelopes.push(process.seal(workspaceId, record(), new Secret(MARKER)));
      }
      for (const made of Map.groupBy(envelopes, keyIdOf).values()) {
        expect(made.length).toBeLessThanOrEqual(limits.perDataKeyMax);
      }
      for (const process of processes) {
        for (const envelope of envelopes) {
          expect(await openFresh(process, workspaceId, envelope)).toBe(MARKER);
        }
      }
    });

    test('more seals at a stretch than are reserved are refused, not made uncounted', async () => {
      const counting = await open(testDatabase, limits);
      const workspaceId = await makeWorkspace(counting);
      const seal = () => counting.seal(workspaceId, record(), new Secret(MARKER));
      for (let made = 0; made < limits.reservation; made += 1) seal();
      expect(seal).toThrow(/loadDataKey/);
    });
  });

  test('every column of the database has a data class, and every class a column', async () => {
    const tables = await testDatabase.database.kysely.introspection.getTables();
    const columns = tables
      .filter((table) => !table.name.startsWith('schema_migrations'))
      .flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`));
    const classified = Object.entries(dataClasses).flatMap(([table, names]) =>
      Object.keys(names).map((name) => `${table}.${name}`),
    );
    expect(columns.length).toBeGreaterThan(100);
    expect(columns.sort()).toEqual(classified.sort());
  });

  test('every value of every sealed column opens, and no column holds the clear text', async () => {
    const workspaceId = await makeWorkspace();
    await insertCredential(testDatabase, { vault, workspaceId });
    await insertWebhook(testDatabase, { vault, workspaceId });
    await insertOfTeams(testDatabase, { vault, workspaceId });
    const restarted = await open(testDatabase);
    for (const [column, list] of Object.entries(sealedValues)) {
      const values = await list(testDatabase);
      expect([column, values.length > 0]).toEqual([column, true]);
      for (const { owner, row, version, envelope } of values) {
        // These two are opened by the restart itself and by loading the keys of an owner.
        if (column === 'data_keys.envelope' || column === 'master_key_check.envelope') continue;
        await restarted.loadDataKey(owner, 'open');
        const sealed: SealedRecord = { column: column as SealedColumn, row, version };
        expect(restarted.open(owner, sealed, envelope).reveal().length).toBeGreaterThan(0);
      }
    }
    const { kysely } = testDatabase.database;
    for (const [table, names] of Object.entries(dataClasses)) {
      for (const name of Object.keys(names)) {
        const { rows } = await sql<{ found: number }>`select count(*) as found from ${sql.table(table)}
          where cast(${sql.ref(name)} as text) like ${`%${MARKER}%`}`.execute(kysely);
        expect([table, name, rows[0]?.found]).toEqual([table, name, 0]);
      }
    }
  });
});

function keyIdOf(envelope: string): string {
  return JSON.parse(Buffer.from(envelope.split('.')[0] ?? '', 'base64url').toString()).kid;
}

/** Opens as a long-lived process does: a key that another process made is found by loading once more. */
async function openFresh(vault: Vault, workspaceId: WorkspaceId, envelope: string): Promise<string> {
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await vault.loadDataKey(workspaceId, 'open');
    try {
      return vault.open(workspaceId, record(), envelope).reveal();
    } catch (error) {
      if (!(error instanceof SealError && error.code === 'UnknownKey')) throw error;
    }
  }
  throw new Error('the key was not found by loading again');
}

async function insertCredential(
  { database }: TestDatabase,
  { vault, workspaceId }: { vault: Vault; workspaceId: WorkspaceId },
): Promise<void> {
  const credentialId = newId('Credential');
  const times = { created_at: 1, updated_at: 1 };
  const secret = new Secret(MARKER);
  const fingerprint = vault.fingerprint(workspaceId, secret);
  const envelope = vault.seal(workspaceId, record(credentialId), secret);
  await database.transaction(async (transaction) => {
    await transaction
      .insertInto('workspaces')
      .values({ id: workspaceId, name: 'Test', kind: 'personal', ...times })
      .execute();
    await transaction
      .insertInto('credentials')
      .values({
        id: credentialId,
        workspace_id: workspaceId,
        provider: 'openai',
        name: 'Test',
        preview: '...',
        version: 1,
        fingerprint,
        ...times,
      })
      .execute();
    await transaction
      .insertInto('credential_versions')
      .values({
        credential_id: credentialId,
        version: 1,
        envelope,
        origins: '[]',
        preview: '...',
        fingerprint,
        created_at: 1,
      })
      .execute();
  });
}

/** In a workspace that is there already. */
async function insertWebhook(
  { database }: TestDatabase,
  { vault, workspaceId }: { vault: Vault; workspaceId: WorkspaceId },
): Promise<void> {
  const place: SealedRecord = { column: 'alert_webhooks.envelope', row: workspaceId, version: 1 };
  const envelope = vault.seal(workspaceId, place, new Secret(MARKER));
  await database.kysely
    .insertInto('alert_webhooks')
    .values({ workspace_id: workspaceId, host: 'example.com', version: 1, envelope, updated_at: 1 })
    .execute();
}

async function insertOfTeams(
  { database }: TestDatabase,
  { vault, workspaceId }: { vault: Vault; workspaceId: WorkspaceId },
): Promise<void> {
  await vault.loadDataKey('system', 'seal');
  const shareId = newId('ShareLink');
  const userId = newId('User');
  const seal = (owner: DataKeyOwner, column: SealedColumn, row: string) =>
    vault.seal(owner, { column, row, version: 1 }, new Secret(MARKER));
  const { kysely } = database;
  await kysely
    .insertInto('share_links')
    .values({
      id: shareId,
      workspace_id: workspaceId,
      credential_id: null,
      label: 'Shared',
      token_hash: 'a',
      version: 1,
      envelope: seal(workspaceId, 'share_links.envelope', shareId),
      passphrase_hash: null,
      views_max: 1,
      created_by: null,
      created_at: 1,
      expires_at: 2,
      revoked_at: null,
    })
    .execute();
  await kysely
    .insertInto('users')
    .values({
      id: userId,
      email: 'a@example.com',
      email_display: 'a@example.com',
      name: 'A',
      password_hash: '',
      locale: null,
      created_at: 1,
      updated_at: 1,
      last_sign_in_at: null,
    })
    .execute();
  await kysely
    .insertInto('totp_secrets')
    .values({
      user_id: userId,
      version: 1,
      envelope: seal('system', 'totp_secrets.envelope', userId),
      created_at: 1,
      confirmed_at: null,
    })
    .execute();
  await kysely
    .insertInto('instance_settings')
    .values({
      name: 'mail',
      value: '{}',
      version: 1,
      envelope: seal('system', 'instance_settings.envelope', 'mail'),
      updated_by: null,
      updated_at: 1,
    })
    .execute();
  await kysely
    .insertInto('audit_settings')
    .values({
      chain: '',
      keep_days: null,
      stream_host: 'example.com',
      stream_version: 1,
      stream_envelope: seal('system', 'audit_settings.stream_envelope', 'instance'),
      stream_due_at: null,
      stream_error: null,
      updated_at: 1,
    })
    .execute();
}

type SealedValue = { owner: DataKeyOwner; row: string; version: number; envelope: string };

/** How to find the values of each sealed column; a column added to the registry must be added here to compile. */
const sealedValues: Record<SealedColumn, (from: TestDatabase) => Promise<SealedValue[]>> = {
  'master_key_check.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('master_key_check').selectAll().execute();
    return rows.map(({ envelope }) => ({ owner: 'system', row: '1', version: 1, envelope }));
  },
  'data_keys.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('data_keys').selectAll().execute();
    return rows.map(({ id, workspace_id, version, envelope }) => ({
      owner: workspace_id ?? 'system',
      row: id,
      version,
      envelope,
    }));
  },
  'root_secrets.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('root_secrets').selectAll().execute();
    return rows.map(({ name, envelope }) => ({ owner: 'system', row: name, version: 1, envelope }));
  },
  'credential_versions.envelope': async ({ database }) => {
    const rows = await database.kysely
      .selectFrom('credential_versions')
      .innerJoin('credentials', 'credentials.id', 'credential_versions.credential_id')
      .select(['workspace_id', 'credential_id', 'credential_versions.version', 'envelope'])
      .execute();
    return rows.map((row) => ({
      owner: row.workspace_id,
      row: row.credential_id,
      version: row.version,
      envelope: row.envelope,
    }));
  },
  'alert_webhooks.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('alert_webhooks').selectAll().execute();
    return rows.map(({ workspace_id, version, envelope }) => ({
      owner: workspace_id,
      row: workspace_id,
      version,
      envelope,
    }));
  },
  'share_links.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('share_links').selectAll().execute();
    return rows.map(({ workspace_id, id, version, envelope }) => ({
      owner: workspace_id,
      row: id,
      version,
      envelope: envelope ?? '',
    }));
  },
  'totp_secrets.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('totp_secrets').selectAll().execute();
    return rows.map(({ user_id, version, envelope }) => ({ owner: 'system', row: user_id, version, envelope }));
  },
  'instance_settings.envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('instance_settings').selectAll().execute();
    return rows.map(({ name, version, envelope }) => ({
      owner: 'system',
      row: name,
      version,
      envelope: envelope ?? '',
    }));
  },
  'audit_settings.stream_envelope': async ({ database }) => {
    const rows = await database.kysely.selectFrom('audit_settings').selectAll().execute();
    return rows.map(({ chain, stream_version, stream_envelope }) => ({
      owner: chain === '' ? 'system' : brand<'Workspace'>(chain),
      row: chain === '' ? 'instance' : chain,
      version: stream_version,
      envelope: stream_envelope ?? '',
    }));
  },
};
