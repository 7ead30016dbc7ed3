import { brand } from '../server/ids.ts';
import type { Person, TestServer } from './test-server.ts';

/**
 * Keeps an account as it is now; each call of the result puts it back to that, with its session alive and fresh and no
 * second factor, so that one person can try calls that end a session or change a password.
 */
export async function keepAccount(target: TestServer, person: Person): Promise<() => Promise<void>> {
  const { kysely } = target.server.services.database;
  const userId = brand<'User'>(person.userId);
  const account = await kysely.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow();
  return async () => {
    await kysely.updateTable('users').set(account).where('id', '=', userId).execute();
    for (const table of ['totp_secrets', 'recovery_codes', 'passkeys'] as const) {
      await kysely.deleteFrom(table).where('user_id', '=', userId).execute();
    }
    const fresh = { revoked_at: null, authenticated_at: Date.now(), has_second_factor: 0 } as const;
    await kysely.updateTable('sessions').set(fresh).where('user_id', '=', userId).execute();
  };
}
