import type { IncomingMessage, ServerResponse } from 'node:http';
import { createClientAddress } from '../client-address.ts';
import type { Services } from '../services.ts';
import { hasGatewayCredential } from './authenticate.ts';
import { createBodyRoom, roomOfMachine } from './body-room.ts';
import { isGatewayCall } from './endpoints.ts';
import { followWorkspaces } from './follow-workspaces.ts';
import { type Gateway, serveCall } from './gateway.ts';
import type { Health } from './health.ts';
import { nodeExchange } from './node-exchange.ts';
import { refuse } from './refusals.ts';
import { createResponseOwners } from './response-owners.ts';
import { createRunningCalls } from './running-calls.ts';
import type { WorkspaceEntry } from './snapshot.ts';

/** How often it is asked which calls, or their clients, take too long. */
const JUDGE_MS = 1000;
const noOverrides: WorkspaceEntry['overrides'] = [];

export interface OpenGateway {
  /** Takes the request if it is the gateway's; false leaves it to others. */
  handle: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** No new calls; running ones may end by themselves for so long. Resolves when all are settled. */
  stop: (runningCallsMsMax: number) => Promise<void>;
  /** Ends what still runs, now. */
  abort: () => void;
}

/** Brings the gateway up: what the database knows comes into memory, and changes follow as they are made. */
export async function openGateway(services: Services, health: Health): Promise<OpenGateway> {
  const { config, vault, outbound, catalogue, limits, usage, prices } = services;
  const log = services.log.child({ part: 'gateway' });
  const running = createRunningCalls();
  const followed = await followWorkspaces({ services, log, running });
  const { workspaces, budgets } = followed;
  const responseOwners = createResponseOwners((response) => usage.ask('responseOwner', response));

  const gateway: Gateway = {
    log,
    workspaces,
    vault,
    dispatcher: outbound.dispatcher,
    catalogue,
    limits,
    health,
    usage: {
      open(record) {
        usage.open(record);
        running.noteServing(record.requestId, record.credentialId);
      },
      settle: (record) => usage.settle(record),
    },
    running,
    bodies: createBodyRoom(roomOfMachine()),
    responseOwners,
    prices,
    overridesOf: (workspaceId) => workspaces.workspace(workspaceId)?.overrides ?? noOverrides,
    noteSettled({ open, record, position, hold }) {
      budgets.noteSettled({ open, costNanoUsd: record.costNanoUsd, position, hold });
      if (record.responseId !== null) responseOwners.note(record.responseId, open);
    },
  };
  const judging = setInterval(() => running.judge(performance.now()), JUDGE_MS).unref();
  const addressOf = createClientAddress(config.trustedProxies);
  let isClosing = false;
  return {
    handle(request, response) {
      const { method = 'GET', url = '/' } = request;
      const exchange = nodeExchange(request, response, addressOf(request));
      if (!isGatewayCall(method, url.split('?', 1)[0] ?? '/', hasGatewayCredential(exchange.head))) return false;
      if (isClosing) {
        refuse(exchange.reply, { code: 'unavailable' }, { dialect: null, requestId: '' });
        return true;
      }
      serveCall(gateway, exchange).catch((error: unknown) => {
        log.error({ error }, 'a call failed');
        refuse(exchange.reply, { code: 'internal' }, { dialect: null, requestId: '' });
      });
      return true;
    },
    async stop(runningCallsMsMax) {
      isClosing = true;
      const timer = setTimeout(() => running.stopAll(), runningCallsMsMax);
      await running.idle();
      clearTimeout(timer);
      clearInterval(judging);
      await followed.close();
    },
    abort: () => running.stopAll(),
  };
}
