import type { BrowserContext, Page } from '@playwright/test';
import { type Client, createClient } from '../src/contract/client.ts';
import type { OperationReply } from '../src/contract/operation.ts';
import type { Operations } from '../src/contract/operations.ts';
import type { Role } from '../src/contract/permissions.ts';
import { type Account, type Person, registerAccount } from './people.ts';

export type UserId = OperationReply<Operations['GET /api/me']>['user']['id'];

/** A client of the account in a workspace, or without one. */
export async function clientOf(baseUrl: string, account: Account, workspaceId?: string): Promise<Client> {
  const { email, password } = account;
  const { access_token: token } = await createClient({ baseUrl })('POST /api/login', { body: { email, password } });
  return createClient({
    baseUrl,
    headers: () => ({
      authorization: `Bearer ${token}`,
      ...(workspaceId === undefined ? {} : { 'x-workspace-id': workspaceId }),
    }),
  });
}

export interface Team {
  workspaceId: string;
  name: string;
  /** The owner, in the workspace. */
  asOwner: Client;
}

export async function makeTeam(owner: Person, baseUrl: string, name = 'Acme engineering'): Promise<Team> {
  const { id: workspaceId } = await owner.api('POST /api/workspaces', { body: { name } });
  return { workspaceId, name, asOwner: await clientOf(baseUrl, owner, workspaceId) };
}

/** Somebody with an account of their own who accepted an invitation to the team. */
export async function joinTeam(
  team: Team,
  baseUrl: string,
  { name, role }: { name: string; role: Role },
): Promise<Account & { userId: UserId; asMember: Client }> {
  const account = await registerAccount(baseUrl, name);
  const { token } = await team.asOwner('POST /api/invitations', { body: { role } });
  const api = await clientOf(baseUrl, account);
  await api('POST /api/invitations/accept', { body: { token } });
  const { user } = await api('GET /api/me');
  return { ...account, userId: user.id, asMember: await clientOf(baseUrl, account, team.workspaceId) };
}

/** Lets the pages of a browser open in a workspace, as if it had been chosen there. */
export async function openIn(where: BrowserContext | Page, workspaceId: string): Promise<void> {
  await where.addInitScript((id) => localStorage.setItem('akm.workspace', id), workspaceId);
}
