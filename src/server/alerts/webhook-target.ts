import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { WorkspaceId } from '../../contract/ids.ts';
import { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import type { SealedRecord } from '../vault/seal-context.ts';
import type { WebhookRow } from './webhook.store.ts';

const SIGNING_SECRET_BYTES = 32;

const Target = z.object({ url: z.string(), signingSecret: z.string() });

/** Where messages go, and the secret that signs them. The address can hold a secret too, so both are kept as one. */
export interface WebhookTarget {
  url: Secret;
  signingSecret: Secret;
}

interface Place {
  workspaceId: WorkspaceId;
  version: number;
}

function recordAt({ workspaceId, version }: Place): SealedRecord {
  return { column: 'alert_webhooks.envelope', row: workspaceId, version };
}

export const makeSigningSecret = (): string => randomBytes(SIGNING_SECRET_BYTES).toString('base64url');

/** Seals an address and its signing secret for their place. Not to be called inside a transaction. */
export async function sealTarget(services: Services, place: Place, target: z.output<typeof Target>): Promise<string> {
  await services.vault.loadDataKey(place.workspaceId);
  return services.vault.seal(place.workspaceId, recordAt(place), new Secret(JSON.stringify(target)));
}

/** Throws SealError when what is stored cannot be decrypted. Not to be called inside a transaction. */
export async function openTarget(services: Services, row: WebhookRow): Promise<WebhookTarget> {
  const { workspace_id: workspaceId, version, envelope } = row;
  await services.vault.loadDataKey(workspaceId, 'open');
  const opened = services.vault.open(workspaceId, recordAt({ workspaceId, version }), envelope);
  const { url, signingSecret } = Target.parse(JSON.parse(opened.reveal()));
  return { url: new Secret(url), signingSecret: new Secret(signingSecret) };
}
