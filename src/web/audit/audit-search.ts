import { type AuditAction, auditActions } from '../../contract/audit-actions.ts';
import type { ActionNoun } from '../locales/action-texts.ts';
import { pick } from '../search-params.ts';

export const auditResults = ['ok', 'denied', 'error'] as const;
export type AuditResult = (typeof auditResults)[number];

/** What the address of the page says. */
export interface AuditSearch {
  q: string | undefined;
  noun: ActionNoun | undefined;
  result: AuditResult | undefined;
  /** Whose doing: the id of a person or a program. */
  person: string | undefined;
  /** What it is about: the id of a key, a member ... */
  target: string | undefined;
  /** First and last day in the person's time zone, `2026-11-23`. */
  from: string | undefined;
  to: string | undefined;
  /** The event whose details are open. */
  event: string | undefined;
  panel: 'keep' | undefined;
}

export const auditNames = ['q', 'kind', 'result', 'person', 'target', 'from', 'to', 'event', 'panel'] as const;
export type AuditAddress = { [Name in (typeof auditNames)[number]]?: string };

const TEXT_LENGTH_MAX = 200;
const ID_LENGTH_MAX = 60;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function nounOf(action: AuditAction): string {
  return action.slice(0, action.indexOf('.'));
}

const allNouns = [...new Set(auditActions.map(nounOf))];

/** Of accounts and of the instance itself; these stand in the trail of the instance and in no workspace's. */
const instanceNouns = ['account', 'session', 'setting'];

/** The kinds of things that can stand in the trail of a workspace, or of the instance. */
export function nounsOf(scope: 'workspace' | 'instance'): readonly ActionNoun[] {
  const isHere = (name: string) => instanceNouns.includes(name) === (scope === 'instance');
  return allNouns.filter(isNoun).filter((name) => isHere(name) || name === 'workspace' || name === 'audit');
}

function isNoun(name: string): name is ActionNoun {
  return allNouns.includes(name);
}

/** Reads an address that people may have edited; what is not understood is left out. */
export function readAuditSearch(raw: AuditAddress): AuditSearch {
  return {
    q: raw.q?.trim().slice(0, TEXT_LENGTH_MAX) || undefined,
    noun: raw.kind !== undefined && isNoun(raw.kind) ? raw.kind : undefined,
    result: auditResults.find((result) => result === raw.result),
    person: raw.person?.slice(0, ID_LENGTH_MAX),
    target: raw.target?.slice(0, ID_LENGTH_MAX),
    from: DAY.test(raw.from ?? '') ? raw.from : undefined,
    to: DAY.test(raw.to ?? '') ? raw.to : undefined,
    event: raw.event?.slice(0, ID_LENGTH_MAX),
    panel: raw.panel === 'keep' ? 'keep' : undefined,
  };
}

export function writeAuditSearch({ noun, ...rest }: AuditSearch): AuditAddress {
  return pick({ ...rest, kind: noun }, ...auditNames);
}

/** Everything the list is narrowed by. */
export const noAuditFilters = {
  q: undefined,
  noun: undefined,
  result: undefined,
  person: undefined,
  target: undefined,
  from: undefined,
  to: undefined,
} as const satisfies Partial<AuditSearch>;

export function isNarrowed(search: AuditSearch): boolean {
  const { q, noun, result, person, target, from, to } = search;
  return [q, noun, result, person, target, from, to].some((value) => value !== undefined);
}

/** The contract's question for what the address says; days are those of the person's time zone. */
export function auditQuery({ q, noun, result, person, target, from, to }: AuditSearch) {
  return {
    q,
    action: noun === undefined ? undefined : `${noun}.`,
    result,
    actorId: person,
    targetId: target,
    from: from === undefined ? undefined : startOf(from, 0),
    to: to === undefined ? undefined : startOf(to, 1),
  };
}

export type AuditQuery = ReturnType<typeof auditQuery>;

function startOf(day: string, plusDays: number): string | undefined {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + plusDays);
  return date.toISOString();
}
