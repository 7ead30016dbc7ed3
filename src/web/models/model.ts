import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';

export type Model = OperationReply<Operations['GET /api/models']>['items'][number];
export type ModelsReply = OperationReply<Operations['GET /api/models']>;

/** Names a model among all providers; provider ids hold no slash. */
export function modelKey(model: Pick<Model, 'id' | 'provider'>): string {
  return `${model.provider}/${model.id}`;
}

export function splitModelKey(text: string): { provider: string; id: string } | null {
  const at = text.indexOf('/');
  return at < 1 || at === text.length - 1 ? null : { provider: text.slice(0, at), id: text.slice(at + 1) };
}

/** Whether the day on which the provider shuts the model down has come. */
export function isRetired(model: Pick<Model, 'deprecatedAt'>, nowMs: number): boolean {
  return model.deprecatedAt !== null && Date.parse(model.deprecatedAt) <= nowMs;
}
