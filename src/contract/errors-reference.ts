import { errors } from './errors.ts';

/** docs/reference/errors.md, made from the table. */
export function renderErrorsReference(): string {
  const rows = Object.entries(errors).map(([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`);
  return `# Errors

Every refusal has the same shape, and \`code\` is one of this table. The sentence may be more precise than the one here;
\`details\` is there when it helps. The header \`x-request-id\` names the request in the server's log.

\`\`\`json
{ "error": { "code": "not_found", "message": "${errors.not_found.message}" } }
\`\`\`

| code | status | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}
