import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorkspaceId } from '../../contract/ids.ts';
import { recordBudgetAlert } from '../alerts/record-budget-alert.ts';
import { createClientAddress } from '../client-address.ts';
import type { Services } from '../services.ts';
import { hasGatewayCredential } from './authenticate.ts';
import { createBudgetLoader } from './budget-loader.ts';
import { isGatewayCall } from './endpoints.ts';
import { type Gateway, serveCall } from './gateway.ts';
import type { Health } from './health.ts';
import { nodeExchange } from './node-exchange.ts';
import { refuse } from './refusals.ts';
import { createResponseOwners } from './response-owners.ts';
import { createRunningCalls } from './running-calls.ts';
import type { WorkspaceEntry } from './snapshot.ts';
import { loadWorkspaces } from './workspaces-in-memory.ts';

const RELOAD_AGAIN_MS = 1000;
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
  const { config, database, vault, outbound, catalogue, limits, usage, changes, prices } = services;
  const log = services.log.child({ part: 'gateway' });
  const running = createRunningCalls();
  const budgets = createBudgetLoader({ ledger: limits.budgets, usage });
  const workspaces = await loadWorkspaces({
    database,
    vault,
    onLoad: (workspace) => budgets.load(workspace),
    onGone: (virtualKeyIds) => running.stopOf(virtualKeyIds),
  });
  const responseOwners = createResponseOwners((responseId) => usage.ask('responseOwner', { responseId }));

  const follow = async (id: WorkspaceId): Promise<void> => {
    try {
      await workspaces.reload(id);
    } catch (error) {
      log.error({ error, workspaceId: id }, 'a workspace could not be read again; trying once more in a second');
      setTimeout(() => void follow(id), RELOAD_AGAIN_MS).unref();
    }
  };
  changes.subscribe(follow);
  limits.onThreshold((event) => {
    const subject = budgets.subjectOf(event.ruleId);
    if (subject === undefined) return;
    recordBudgetAlert(services, { ...subject, ...event }).catch((error: unknown) => {
      log.error({ error }, 'a budget alert could not be written');
    });
  });

  const gateway: Gateway = {
    log,
    workspaces,
    vault,
    dispatcher: outbound.dispatcher,
    catalogue,
    limits,
    health,
    usage,
    running,
    responseOwners,
    prices,
    overridesOf: (workspaceId) => workspaces.workspace(workspaceId)?.overrides ?? noOverrides,
    noteSettled({ open, record, position }) {
      budgets.noteSettled({ open, costNanoUsd: record.costNanoUsd, position });
      if (record.responseId !== null) responseOwners.note(record.responseId, open);
    },
  };
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
    },
    abort: () => running.stopAll(),
  };
}
