import { type VirtualKeyState, virtualKeyStates } from '../../contract/vocabulary.ts';
import { pick } from '../search-params.ts';

/** What the address of the page says: the filters, the open virtual key, and whether the form for a new one is open. */
export interface VirtualKeysSearch {
  q?: string | undefined;
  state?: VirtualKeyState | undefined;
  /** The id of an API key: only virtual keys that use it. */
  keyId?: string | undefined;
  /** The id of the virtual key whose panel is open. */
  open?: string | undefined;
  /** The form for a new virtual key is open. */
  add?: 1 | undefined;
}

/** Reads an address that people may have edited; what is not understood is left out. */
export function readVirtualKeysSearch(raw: Record<string, unknown>): VirtualKeysSearch {
  const { state, ...rest } = pick(raw, 'q', 'state', 'keyId', 'open');
  return {
    ...rest,
    ...(isVirtualKeyState(state) ? { state } : {}),
    ...(raw.add === 1 || raw.add === '1' ? { add: 1 } : {}),
  };
}

export function isVirtualKeyState(value: string | undefined): value is VirtualKeyState {
  return virtualKeyStates.some((state) => state === value);
}
