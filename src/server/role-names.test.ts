import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { grantLevels, roles } from '../contract/permissions.ts';

const words = [...roles, ...grantLevels, 'active', 'disabled'];
const bodies = Object.entries<Operation>(operations).flatMap(([name, { body }]) =>
  body === undefined ? [] : [{ name, body }],
);

describe('what a call may say of rights', () => {
  it('a role, level or state is one of the list to the letter', () => {
    const change = operations['PUT /api/members/{userId}'].body;
    const grant = operations['PUT /api/keys/{id}/grants'].body;
    const takes = (text: string) => [
      change.safeParse({ role: text }).success,
      change.safeParse({ state: text }).success,
      grant.safeParse({ subject: { kind: 'everyone' }, level: text }).success,
    ];
    for (const word of words) {
      expect(takes(word)).toContain(true);
      const disguised = [
        word.toUpperCase(),
        ` ${word}`,
        `${word}\u0000`,
        `${word} `,
        `${word[0]?.toUpperCase()}${word.slice(1)}`,
      ];
      for (const other of [...disguised, word.replace('e', '\u0435'), word.replace('o', '\u00ba'), `\u200b${word}`]) {
        expect(other === word || takes(other).every((taken) => !taken), `${JSON.stringify(other)} is refused`).toBe(
          true,
        );
      }
    }
  });

  it('no setting that is changed by a call holds a path or a command', () => {
    const names = bodies.flatMap(({ name, body }) =>
      fieldsOf(z.toJSONSchema(body, { io: 'input' })).map((field) => `${name} ${field}`),
    );
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => /(?:path|file|directory|command|exec|shell|script|binary)$/i.test(name))).toEqual([]);
  });

  /** The names of all fields, at any depth. */
  function fieldsOf(schema: unknown): string[] {
    if (typeof schema !== 'object' || schema === null) return [];
    return Object.entries(schema).flatMap(([key, value]) => {
      const own = key === 'properties' && typeof value === 'object' && value !== null ? Object.keys(value) : [];
      return [...own, ...fieldsOf(value)];
    });
  }
});
