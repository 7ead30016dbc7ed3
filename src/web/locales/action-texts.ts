import type { AuditAction } from '../../contract/audit-actions.ts';

export type ActionNoun = AuditAction extends infer Action
  ? Action extends `${infer Noun}.${string}`
    ? Noun
    : never
  : never;

type Verb<Noun extends string> = AuditAction extends infer Action
  ? Action extends `${Noun}.${infer Name}`
    ? Name
    : never
  : never;

/** A sentence for each thing that the audit trail records: one that lacks here does not compile. */
export type ActionTexts = { readonly [Noun in ActionNoun]: { readonly [Name in Verb<Noun>]: string } };

/** Words for each group of them. */
export type ActionNounTexts = { readonly [Noun in ActionNoun]: string };
