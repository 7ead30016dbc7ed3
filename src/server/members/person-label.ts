import { isAllowed } from '../../contract/permissions.ts';
import type { ActorContext } from '../context.ts';

interface KnownPerson {
  readonly id: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

/** Whether the caller is told the e-mails of others: owners and administrators are, who have to do with accounts. */
export function seesMails({ workspace }: Pick<ActorContext, 'workspace'>): boolean {
  return isAllowed('member:edit', workspace.role, null);
}

/** How somebody is called before the caller: by e-mail before themselves and who may know it, else by name. */
export function personLabel(context: Pick<ActorContext, 'workspace' | 'actor'>, person: KnownPerson): string | null {
  const isOpen = seesMails(context) || person.id === context.actor.id;
  return isOpen ? person.email : person.name;
}
