import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { AppError } from '../http-errors.ts';
import { actorOf } from '../sessions/sessions.ts';
import { listAliases, replaceAliases } from './model-aliases.store.ts';

interface Alias {
  readonly alias: string;
  readonly model: string;
}

export const listModelAliases: Handler<'GET /api/model-aliases'> = async ({ services, workspace }) => ({
  items: await listAliases(services.database.kysely, workspace.id),
});

export const replaceModelAliases: Handler<'PUT /api/model-aliases'> = async (context, { body }) => {
  const { services, workspace } = context;
  refuseCircles(body.items);
  return services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `model-aliases:${workspace.id}`);
    const before = await listAliases(transaction, workspace.id);
    await replaceAliases(transaction, workspace.id, body.items);
    await recordAuditEvent(transaction, context, {
      action: 'model_aliases.changed',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: { type: 'model_aliases', id: workspace.id, label: `${body.items.length}` },
      details: differences(before, body.items),
    });
    return { items: await listAliases(transaction, workspace.id) };
  });
};

/** An alias is resolved once, so one that leads to another, or to itself, would lead nowhere. */
function refuseCircles(items: readonly Alias[]): void {
  const aliases = new Set(items.map(({ alias }) => alias));
  const details = items.flatMap(({ alias, model }, index) => {
    if (model === alias) return [{ path: `items.${index}.model`, message: 'is the alias itself' }];
    if (aliases.has(model)) return [{ path: `items.${index}.model`, message: 'is an alias and not a model' }];
    return [];
  });
  if (details.length > 0) throw new AppError('invalid_input', { details });
}

function differences(before: readonly Alias[], after: readonly Alias[]): { added: string[]; removed: string[] } {
  const written = (aliases: readonly Alias[]) => new Set(aliases.map(({ alias, model }) => `${alias} = ${model}`));
  const [old, current] = [written(before), written(after)] as const;
  return { added: [...current.difference(old)], removed: [...old.difference(current)] };
}
