import { createClient } from '../../contract/client.ts';
import { chosenWorkspace } from '../workspaces/chosen-workspace.ts';
import type { AuditQuery } from './audit-search.ts';

/**
 * Saves the matching events as a CSV file. The file is fetched and not navigated to: the API refuses to be a page, and only
 * a call can name the workspace. Throws ApiError.
 */
export async function downloadAudit(query: AuditQuery, fileName: string): Promise<void> {
  let file = new Blob([]);
  const download = createClient({
    baseUrl: '',
    headers: () => {
      const workspaceId = chosenWorkspace();
      return workspaceId === null ? {} : { 'x-workspace-id': workspaceId };
    },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (!response.ok) return response;
      file = await response.blob();
      return new Response('');
    },
  });
  await download('GET /api/audit-events/export', { query });
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
