import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { BudgetHold } from '../limits/budget-ledger.ts';
import type { Limits } from '../limits/limits.ts';
import type { ModelCatalogue } from '../models/catalogue.ts';
import type { PriceBook } from '../prices/price-book.ts';
import type { OpenRecord, SettleRecord } from '../usage/usage-event.ts';
import type { UsageRecorder } from '../usage/usage-recorder.ts';
import type { Vault } from '../vault/vault.ts';
import { authenticate, presentedHash } from './authenticate.ts';
import { admit } from './authorise.ts';
import type { BodyRoom } from './body-room.ts';
import type { EndpointMatch } from './endpoints.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import type { Health } from './health.ts';
import { dialectFor, findPlace, matchFor } from './match-call.ts';
import { answerModels } from './models-list.ts';
import { prepareCall } from './prepare-call.ts';
import { refuse } from './refusals.ts';
import type { ResponseOwners } from './response-owners.ts';
import type { RunningCalls } from './running-calls.ts';
import type { VirtualKeyEntry, WorkspaceEntry } from './snapshot.ts';
import type { WorkspacesInMemory } from './workspaces-in-memory.ts';

/** What the calls share. */
export interface Gateway {
  readonly log: Logger;
  readonly workspaces: WorkspacesInMemory;
  readonly vault: Vault;
  readonly dispatcher: Dispatcher;
  readonly catalogue: ModelCatalogue;
  readonly limits: Limits;
  readonly health: Health;
  readonly usage: Pick<UsageRecorder, 'open' | 'settle'>;
  readonly running: RunningCalls;
  readonly bodies: BodyRoom;
  readonly responseOwners: ResponseOwners;
  readonly prices: PriceBook;
  readonly overridesOf: (workspaceId: WorkspaceId) => WorkspaceEntry['overrides'];
  /** Told of every settled attempt; `position` is its place in the journal, `hold` what it had of the budgets. */
  readonly noteSettled: (settled: {
    open: OpenRecord;
    record: SettleRecord;
    position: number;
    hold: Pick<BudgetHold, 'covers'>;
  }) => void;
}

/**
 * One call from its head to its last byte. Each step is a file of its own and gives what the next one needs or a refusal;
 * nothing on this path waits for the database.
 */
export async function serveCall(gateway: Gateway, exchange: Exchange): Promise<void> {
  const { head, reply } = exchange;
  const { workspaces, limits, running, bodies } = gateway;
  const requestId = randomUUID();
  const place = findPlace(head);
  const about = { dialect: dialectFor(head, place.match), requestId };

  const secretHash = presentedHash(head);
  if (typeof secretHash !== 'string') return refuse(reply, secretHash, about);
  const virtualKey = authenticate(secretHash, workspaces, Date.now());
  if ('code' in virtualKey) return refuse(reply, virtualKey, about);
  const match = matchFor(virtualKey, head, place);
  if ('code' in match) return refuse(reply, match, about);

  const admission = admit(virtualKey, { head, limits, monotonicMs: performance.now() });
  if ('code' in admission) return refuse(reply, admission, about);
  if (match.endpoint.isOwn) {
    admission.leave();
    return sendModels(gateway, exchange, { virtualKey, match, requestId });
  }
  const { id: virtualKeyId, workspaceId } = virtualKey;
  const { stop, leave } = running.enter({ requestId, workspaceId, virtualKeyId, secretHash });
  const share = bodies.enter();
  try {
    const prepared = await prepareCall(gateway, exchange, { secretHash, place, match, admission, share, stop });
    if (prepared === 'broken') reply.cut();
    else if ('code' in prepared) refuse(reply, prepared, about);
    else await forward({ gateway, head, reply, requestId, secretHash, stop, ...prepared });
  } finally {
    share.leave();
    leave();
    admission.leave();
  }
}

function sendModels(
  { workspaces, catalogue }: Gateway,
  { head, reply }: Exchange,
  { virtualKey, match, requestId }: { virtualKey: VirtualKeyEntry; match: EndpointMatch; requestId: string },
): void {
  const workspace = workspaces.workspace(virtualKey.workspaceId);
  const isGeminiPath = match.endpoint.dialect === 'gemini';
  const model = match.parts['model'] ?? null;
  const answer =
    workspace === undefined
      ? ({ code: 'virtual_key_unknown' } as const)
      : answerModels({ head, virtualKey, workspace, catalogue, isGeminiPath, model });
  if ('code' in answer) {
    refuse(reply, answer, { dialect: dialectFor(head, match), requestId });
    return;
  }
  const body = Buffer.from(JSON.stringify(answer.body));
  reply.writeHead(200, [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
    'x-akm-request-id',
    requestId,
  ]);
  reply.end(body);
}
