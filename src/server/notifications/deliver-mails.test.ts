import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailServer, setUpMail, startMailServer } from '../../testing/mail-server.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { tellOfExpiry } from '../credentials/expiry-notices.ts';
import { brand } from '../ids.ts';
import { MAILS_PER_HOUR, mailDueNotifications } from './deliver-mails.ts';
import { notify } from './notify.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe.each(testEngines())('notifications by mail on $engine', (engine) => {
  let target: TestServer;
  let mail: MailServer;
  let team: Team;
  let owner: Person;

  beforeAll(async () => {
    target = await startTestServer(engine, { PUBLIC_URL: 'https://keys.example.com', LOG_LEVEL: 'trace' });
    mail = await startMailServer();
  });
  afterAll(async () => {
    await target.dispose();
    await mail.close();
  });
  beforeEach(async () => {
    team = await newTeam(target);
    owner = team.owner;
    await setUpMail(target, { mail, administrator: owner });
    await prove(owner);
  });

  const rows = () => target.server.services.database.kysely;
  const signal = new AbortController().signal;
  const deliver = (nowMs = Date.now()) => mailDueNotifications(target.server.services, { nowMs, signal });
  const prove = (person: Person) =>
    rows()
      .updateTable('users')
      .set({ email_verified_at: Date.now() })
      .where('id', '=', brand<'User'>(person.userId))
      .execute();
  const tell = (dedupe: string, nowMs = Date.now(), label = 'CI') =>
    notify(
      rows(),
      {
        workspaceId: brand<'Workspace'>(team.workspaceId),
        kind: 'key_invalid',
        dedupe,
        subject: { id: null, label },
        facts: { provider: 'openai' },
      },
      { userIds: [brand<'User'>(owner.userId)], nowMs },
    );
  const waiting = () =>
    rows()
      .selectFrom('notifications')
      .selectAll()
      .where('user_id', '=', brand<'User'>(owner.userId))
      .where('mail_due_at', 'is not', null)
      .execute();

  it('arrive once, as plain text that says what, where and when, and hold no secret', async () => {
    const secret = makeSecret();
    const expiresAt = new Date(Date.now() + 6.5 * DAY_MS).toISOString();
    await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Prod <b>', secret, expiresAt } });
    await tellOfExpiry(target.server.services, Date.now(), signal);
    expect(await deliver()).toBe(1);
    expect(await deliver(Date.now() + DAY_MS)).toBe(0);
    const [message, ...more] = await mail.mailsTo(owner.email);
    expect(more).toEqual([]);
    expect(message?.text).toMatch(/^Subject: .*API.Key.Manager/m);
    expect(message?.text).toContain(`\nThe key "Prod <b>" expires in 7 days, on ${expiresAt.slice(0, 10)}.`);
    expect(message?.text).toContain('· Team');
    expect(message?.text).toContain('https://keys.example.com/notifications');
    expect(message?.text).not.toMatch(/text\/html/i);
    expect(message?.text).not.toContain(secret.slice(8, -4));
  });

  it('are in the language of the person', async () => {
    await owner.api('PUT /api/me', { body: { locale: 'zh-CN' } });
    await tell('one');
    await deliver();
    expect((await mail.mailsTo(owner.email))[0]?.text).toContain('服务商拒绝了密钥“CI”');
  });

  it('go together where several are due, and no more often than the limit', async () => {
    const now = Date.now();
    for (let count = 0; count < 3; count += 1) await tell(`together ${count}`, now, `Key ${count}`);
    expect(await deliver(now)).toBe(1);
    const [first] = await mail.mailsTo(owner.email);
    expect(first?.text).toContain('3 notifications');
    for (const label of ['Key 0', 'Key 1', 'Key 2']) expect(first?.text).toContain(`"${label}"`);
    for (let count = 1; count < MAILS_PER_HOUR + 3; count += 1) {
      await tell(`alone ${count}`, now + count);
      await deliver(now + count);
    }
    expect(await mail.mailsTo(owner.email)).toHaveLength(MAILS_PER_HOUR);
    await deliver(now + 2 * HOUR_MS);
    const all = await mail.mailsTo(owner.email);
    expect(all).toHaveLength(MAILS_PER_HOUR + 1);
    expect(all.at(-1)?.text).toContain('3 notifications');
    expect(await waiting()).toEqual([]);
  });

  it('leave once, though several processes look at the same moment', async () => {
    await tell('race');
    const counts = await Promise.all([deliver(), deliver(), deliver()]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await mail.mailsTo(owner.email)).toHaveLength(1);
  });

  it('are tried again later and later while the mail server is away, and then given up', async () => {
    const away = await startMailServer();
    await away.close();
    await setUpMail(target, { mail: away, administrator: owner });
    let now = Date.now();
    await tell('away', now);
    const waits: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      expect(await deliver(now)).toBe(0);
      const [row] = await waiting();
      if (row === undefined) break;
      waits.push((row.mail_due_at ?? 0) - now);
      now = row.mail_due_at ?? now;
    }
    expect(waits.map((wait) => wait / MINUTE_MS)).toEqual([1, 5, 30, 120, 120, 120, 120]);
    expect(await waiting()).toEqual([]);
    expect((await owner.api('GET /api/notifications')).unread).toBe(1);
    expect(target.logs.join('')).toContain('notifications could not be mailed');
    expect(target.logs.join('')).not.toContain(owner.email);
  });

  it('arrive after the mail server is back', async () => {
    const away = await startMailServer();
    await away.close();
    await setUpMail(target, { mail: away, administrator: owner });
    const now = Date.now();
    await tell('back', now);
    await deliver(now);
    await setUpMail(target, { mail, administrator: owner });
    expect(await deliver(now + MINUTE_MS)).toBe(1);
    expect(await mail.mailsTo(owner.email)).toHaveLength(1);
  });

  it('go to nobody whose mailbox is not proved, who is disabled, who has left, or who chose otherwise', async () => {
    const users = rows().updateTable('users').where('id', '=', brand<'User'>(owner.userId));
    await tell('then disabled');
    await users.set({ state: 'disabled' }).execute();
    expect(await deliver()).toBe(0);
    await users.set({ state: 'active', email_verified_at: null }).execute();
    await tell('not proved');
    expect(await waiting()).toEqual([]);
    await prove(owner);
    await owner.api('PUT /api/notifications/choices', { body: { items: [{ kind: 'key_invalid', byMail: false }] } });
    await tell('not wanted');
    expect(await waiting()).toEqual([]);
    await owner.api('PUT /api/notifications/choices', { body: { items: [{ kind: 'key_invalid', byMail: true }] } });
    await tell('then left');
    const [row] = await waiting();
    expect(row).toBeDefined();
    await rows().deleteFrom('members').where('user_id', '=', brand<'User'>(owner.userId)).execute();
    expect(await deliver()).toBe(0);
    expect(await waiting()).toEqual([]);
    expect(await mail.mailsTo(owner.email)).toEqual([]);
  });

  it('wait for nobody where no mail server is set up', async () => {
    await tell('no server');
    await rows().deleteFrom('instance_settings').execute();
    expect(await deliver()).toBe(0);
    expect(await waiting()).toEqual([]);
    expect(await owner.api('GET /api/notifications/choices')).toMatchObject({ mail: 'not_set_up' });
  });

  it('are chosen kind by kind, and every kind is there once', async () => {
    const before = await owner.api('GET /api/notifications/choices');
    expect(before.mail).toBe('ready');
    expect(before.items.filter(({ byMail }) => !byMail).map(({ kind }) => kind)).toEqual([
      'invitation',
      'member_joined',
      'access_granted',
    ]);
    const items = [
      { kind: 'member_joined', byMail: true },
      { kind: 'key_expired', byMail: false },
    ] as const;
    const after = await owner.api('PUT /api/notifications/choices', { body: { items: [...items] } });
    expect(after.items).toEqual(before.items.map((item) => items.find(({ kind }) => kind === item.kind) ?? item));
    expect(await owner.api('GET /api/notifications/choices')).toEqual(after);
    const unproved = await target.newPerson();
    expect(await unproved.api('GET /api/notifications/choices')).toMatchObject({ mail: 'not_verified' });
  });
});
