const STORAGE_NAME = 'akm.workspace';

/** The workspace the person chose on this device; null means the server's default, the personal one. */
export function chosenWorkspace(): string | null {
  return localStorage.getItem(STORAGE_NAME);
}

export function chooseWorkspace(id: string | null): void {
  if (id === null) localStorage.removeItem(STORAGE_NAME);
  else localStorage.setItem(STORAGE_NAME, id);
}
