import { variables } from './config.ts';

/** docs/reference/config.md, made from the table of environment variables. */
export function renderConfigReference(): string {
  const rows = Object.entries(variables).map(
    ([name, variable]) => `| \`${name}\` | ${variable.default === '' ? '' : variable.default} | ${variable.meaning} |`,
  );
  return `# Configuration

All settings are environment variables, and all are optional. A wrong value stops the start with a list of what to mend;
the values of secrets are never printed, and secrets are removed from the environment once read.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}
