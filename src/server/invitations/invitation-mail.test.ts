import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailServer, setUpMail, startMailServer } from '../../testing/mail-server.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';

const newMailbox = (): string => `${makeSecret('box')}@example.com`;

describe.each(testEngines())('invitations by mail on $engine', (engine) => {
  let target: TestServer;
  let mail: MailServer;
  let team: Team;
  beforeAll(async () => {
    mail = await startMailServer();
    target = await startTestServer(engine, { PUBLIC_URL: 'https://keys.example.com' });
    team = await newTeam(target);
  });
  afterAll(async () => {
    await target.dispose();
    await mail.close();
  });
  const invite = (email: string) => team.api('POST /api/invitations', { body: { role: 'member', email } });

  it('the caller is told that no mail went out, has the link all the same, and later that one did', async () => {
    const without = await invite(newMailbox());
    expect(without.mail).toBe('not_possible');
    await setUpMail(target, { mail, administrator: team.owner });
    const address = newMailbox();
    const { token, mail: outcome } = await invite(address);
    expect(outcome).toBe('sent');
    const [message] = await mail.mailsTo(address);
    expect(message?.text).toContain(`https://keys.example.com/invite#${token}`);
    expect(message?.text).toContain('Subject: Invitation to Team');
    expect(mail.inbox).toHaveLength(1);
  });

  it('is written in the language of who invites, and what they name the workspace adds no header', async () => {
    await team.owner.api('PUT /api/me', { body: { locale: 'zh-CN' } });
    await team.api('PUT /api/workspace', { body: { name: '团队 Bcc: everyone@example.com' } });
    const address = newMailbox();
    await invite(address);
    const [message] = await mail.mailsTo(address);
    expect(message?.text).toContain('邀请你以成员身份加入工作区“团队 Bcc: everyone@example.com”');
    expect(message?.text).not.toMatch(/^bcc:/im);
    expect(message?.to).toEqual([address]);
    await team.owner.api('PUT /api/me', { body: { locale: 'en' } });
  });

  it('a mail server that fails leaves the invitation good', async () => {
    await mail.close();
    const { mail: outcome, token } = await invite(newMailbox());
    expect(outcome).toBe('failed');
    expect((await target.call('POST /api/invitations/read', { body: { token } })).status).toBe(200);
  });

  it('after fifty in an hour no more mails go out for one person', async () => {
    await target.server.services.throttles.reset('inviteByMail', team.owner.userId);
    const outcomes = [];
    for (let count = 0; count < 51; count += 1) {
      const reply = await target.call('POST /api/invitations', {
        token: team.owner.token,
        headers: { 'x-workspace-id': team.workspaceId },
        body: { role: 'member', email: newMailbox() },
      });
      outcomes.push(reply.status);
    }
    expect(outcomes.filter((status) => status === 201)).toHaveLength(50);
    expect(outcomes.at(-1)).toBe(429);
  });
});
