import { variables } from './config.ts';

/** docs/reference/config.md, made from the table of environment variables. */
export function renderConfigReference(): string {
  const rows = Object.entries(variables).map(
    ([name, variable]) => `| \`${name}\` | ${variable.default === '' ? '' : variable.default} | ${variable.meaning} |`,
  );
  return `# Configuration

All settings are environment variables, and all are optional. A wrong value stops the start with a list of what to mend;
the values of secrets are never printed, and secrets are removed from the environment once read. A variable that is set
but empty counts as not set; only \`DATABASE_URL\`, \`ENCRYPTION_KEY\` and \`SECRET_KEY\` are refused when empty. \`REDIS_URL\`
is not used yet: the log says so where it is set.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}
