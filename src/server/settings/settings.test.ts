import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';
import { Secret } from '../secret.ts';
import { SealError } from '../vault/vault.ts';
import {
  deleteSetting,
  prepareSetting,
  readSetting,
  readSettingValue,
  type SettingValue,
  writeSetting,
} from './settings.ts';

const mail: SettingValue<'mail'> = {
  host: 'mail.example.com',
  port: 465,
  security: 'tls',
  username: 'keys',
  from: 'keys@example.com',
};
const sso: SettingValue<'sso'> = {
  issuer: 'https://login.example.com',
  clientId: 'akm',
  name: 'Acme',
  createsAccounts: false,
  domains: [],
  trustsProviderMfa: false,
};

describe.each(testEngines())('a setting, on $engine', (engine) => {
  let target: TestServer;
  let person: Person;
  beforeAll(async () => {
    target = await startTestServer(engine);
    person = await target.newPerson();
  });
  afterAll(() => target.dispose());

  async function write<Name extends 'mail' | 'sso'>(name: Name, value: SettingValue<Name>, secret?: Secret | null) {
    const { services } = target.server;
    await prepareSetting(services);
    await services.database.transaction((transaction) =>
      writeSetting(services, transaction, { name, value, secret, updatedBy: brand<'User'>(person.userId), nowMs: 1 }),
    );
  }
  const open = async (name: 'mail' | 'sso') =>
    (await (await readSetting(target.server.services, name))?.openSecret())?.reveal() ?? null;
  const rows = () => target.server.services.database.kysely.selectFrom('instance_settings').selectAll().execute();

  it('keeps its secret sealed beside it, through changes that bring no other', async () => {
    const first = makeSecret('first');
    await write('mail', mail, new Secret(first));
    expect(await open('mail')).toBe(first);
    expect(JSON.stringify(await rows())).not.toContain(first);
    await write('mail', { ...mail, port: 587 });
    expect(await open('mail')).toBe(first);
    const second = makeSecret('second');
    await write('mail', mail, new Secret(second));
    expect(await open('mail')).toBe(second);
    expect((await rows())[0]?.version).toBe(2);
    await write('mail', mail, null);
    expect((await readSetting(target.server.services, 'mail'))?.hasSecret).toBe(false);
    expect(await open('mail')).toBeNull();
  });

  it('does not open the secret of another setting, nor an older one put back', async () => {
    const { kysely } = target.server.services.database;
    await write('mail', mail, new Secret(makeSecret('mail')));
    await write('sso', sso, new Secret(makeSecret('sso')));
    const old = (await rows()).find(({ name }) => name === 'mail')?.envelope ?? null;
    await kysely.updateTable('instance_settings').set({ envelope: old }).where('name', '=', 'sso').execute();
    await expect(open('sso')).rejects.toBeInstanceOf(SealError);
    await write('mail', mail, new Secret(makeSecret('newer')));
    await kysely.updateTable('instance_settings').set({ envelope: old }).where('name', '=', 'mail').execute();
    await expect(open('mail')).rejects.toBeInstanceOf(SealError);
  });

  it('counts as not made where its row is damaged or of another shape, and can be made anew', async () => {
    const { kysely } = target.server.services.database;
    for (const value of ['{"host":', 'null', '{"host":1}', '[]']) {
      await kysely.updateTable('instance_settings').set({ value }).where('name', '=', 'mail').execute();
      expect(await readSettingValue(kysely, 'mail')).toBeNull();
      expect(await readSetting(target.server.services, 'mail')).toBeNull();
    }
    await write('mail', mail, null);
    expect(await readSettingValue(kysely, 'mail')).toEqual(mail);
  });

  it('is gone with its secret when it is taken away', async () => {
    const { database } = target.server.services;
    expect(await database.transaction((transaction) => deleteSetting(transaction, 'sso'))).toBe(true);
    expect(await database.transaction((transaction) => deleteSetting(transaction, 'sso'))).toBe(false);
    expect((await rows()).map(({ name }) => name)).toEqual(['mail']);
  });
});
