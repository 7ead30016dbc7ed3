import { pick } from '../../search-params.ts';

export interface ProgramsSearch {
  /** The id of the program whose panel is open. */
  open?: string | undefined;
}

export function readProgramsSearch(raw: Record<string, unknown>): ProgramsSearch {
  return pick(raw, 'open');
}
