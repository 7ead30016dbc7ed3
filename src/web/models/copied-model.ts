const STORAGE_NAME = 'akm.modelCopied';

/** Remembers on this device that a model ID was copied; it ticks off the last of the first steps. */
export function noteModelCopied(): void {
  localStorage.setItem(STORAGE_NAME, 'yes');
}

export function hasCopiedModel(): boolean {
  return localStorage.getItem(STORAGE_NAME) !== null;
}
