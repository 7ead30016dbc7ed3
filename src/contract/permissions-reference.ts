import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { levelsByRole, permissions, type Role, roles } from './permissions.ts';

/** docs/reference/permissions.md, made from the table and the operations. */
export function renderPermissionsReference(): string {
  const rows = Object.entries(permissions).map(([permission, rule]) => {
    const allowed: readonly Role[] = rule.roles;
    return `| \`${permission}\` | ${roles.map((role) => (allowed.includes(role) ? 'yes' : '')).join(' | ')} | ${rule.level ?? ''} |`;
  });
  const calls = Object.entries<Operation>(operations).map(
    ([name, { permission }]) => `| \`${name}\` | \`${permission}\` |`,
  );
  const levels = roles.map((role) => `| ${role} | ${levelsByRole[role].floor} | ${levelsByRole[role].ceiling} |`);
  return `# Permissions

One table, \`src/contract/permissions.ts\`, says who may do what; every operation names its permission.

| permission | ${roles.join(' | ')} | level needed on the key |
| --- | ${roles.map(() => '---').join(' | ')} | --- |
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
