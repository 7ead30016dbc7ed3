import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { type ActorRole, actorRoles, levelsByRole, permissions } from './permissions.ts';

/** docs/reference/permissions.md, made from the table and the operations. */
export function renderPermissionsReference(): string {
  const rows = Object.entries(permissions).map(([permission, rule]) => {
    const allowed: readonly ActorRole[] = rule.roles;
    return `| \`${permission}\` | ${actorRoles.map((role) => (allowed.includes(role) ? 'yes' : '')).join(' | ')} | ${rule.level ?? ''} |`;
  });
  const calls = Object.entries<Operation>(operations).map(
    ([name, { permission }]) => `| \`${name}\` | \`${permission}\` |`,
  );
  const levels = actorRoles.map((role) => `| ${role} | ${levelsByRole[role].floor} | ${levelsByRole[role].ceiling} |`);
  return `# Permissions

One table, \`src/contract/permissions.ts\`, says who may do what; every operation names its permission.

| permission | ${actorRoles.join(' | ')} | level needed on the key |
| --- | ${actorRoles.map(() => '---').join(' | ')} | --- |
${rows.join('\n')}

Levels on one key, weakest first: \`none < see < use < copy < manage\`. A role has at least its floor on every key of the
workspace and never more than its ceiling.

| role | floor | ceiling |
| --- | --- | --- |
${levels.join('\n')}

## Operations

\`public\` is open to everybody; \`account\` is every signed-in person about themselves.

| operation | permission |
| --- | --- |
${calls.join('\n')}
`;
}
