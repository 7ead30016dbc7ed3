/** What came of an attempt: in the clipboard, or the value handed back because the browser refused every way. */
export type ClipboardOutcome = { isWritten: true; digest: string | null } | { isWritten: false; value: string };

async function digestOf(value: string): Promise<string | null> {
  // Outside secure contexts there is no SubtleCrypto; the clipboard cannot be read back there either.
  if (crypto.subtle === undefined) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Hands the browser a promise, so that the click still counts as the gesture when the value arrives later. */
async function writeByItem(source: Promise<string>): Promise<boolean> {
  if (typeof ClipboardItem === 'undefined' || navigator.clipboard?.write === undefined) return false;
  const blob = source.then((value) => new Blob([value], { type: 'text/plain' }));
  // The caller awaits the source itself and reports its failure.
  blob.catch(() => undefined);
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return true;
  } catch {
    return false;
  }
}

async function writeByText(value: string): Promise<boolean> {
  if (navigator.clipboard?.writeText === undefined) return false;
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * The way that works without a secure context (`http://192.168...`). The selected field holds a blank; the value goes
 * straight into the copy event, so it never stands in the document.
 */
function writeByCopyEvent(value: string): boolean {
  let isSet = false;
  const onCopy = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', value);
    event.preventDefault();
    event.stopImmediatePropagation();
    isSet = event.clipboardData !== null;
  };
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = ' ';
  field.setAttribute('aria-hidden', 'true');
  Object.assign(field.style, { position: 'fixed', insetBlockStart: '0', opacity: '0' });
  document.body.append(field);
  field.select();
  document.addEventListener('copy', onCopy, { capture: true });
  try {
    return document.execCommand('copy') && isSet;
  } catch {
    return false;
  } finally {
    document.removeEventListener('copy', onCopy, { capture: true });
    field.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}

/** Tries every way of the browser in turn. Rejects only when the source itself does. */
export async function writeClipboard(source: string | Promise<string>): Promise<ClipboardOutcome> {
  const promise = Promise.resolve(source);
  const isWrittenByItem = typeof source === 'string' ? false : await writeByItem(promise);
  const value = await promise;
  if (isWrittenByItem || (await writeByText(value)) || writeByCopyEvent(value))
    return { isWritten: true, digest: await digestOf(value) };
  return { isWritten: false, value };
}

/** Overwrites whatever is in the clipboard; needs a click where the browser has no clipboard interface. */
export async function overwriteClipboard(): Promise<boolean> {
  return (await writeByText('')) || writeByCopyEvent(' ');
}

async function mayRead(): Promise<boolean> {
  try {
    // Chromium alone knows this name (so the DOM's types do not); elsewhere the query rejects, and reading would ask
    // the person each time.
    const descriptor: PermissionDescriptor = Object.assign(Object.create(null), { name: 'clipboard-read' });
    const status = await navigator.permissions.query(descriptor);
    return status.state === 'granted';
  } catch {
    return false;
  }
}

export type ClearingOutcome = 'cleared' | 'changed' | 'unsure';

/**
 * Clears the clipboard if it still holds the value of this digest. Without leave to read, it clears only when the
 * person has neither left the page nor copied anything since (`isUntouched`); else it is `unsure`.
 */
export async function clearIfUnchanged(digest: string | null, isUntouched: boolean): Promise<ClearingOutcome> {
  if (digest === null) return 'unsure';
  try {
    if (await mayRead()) {
      const present = await digestOf(await navigator.clipboard.readText());
      if (present !== digest) return 'changed';
    } else if (!isUntouched) return 'unsure';
    await navigator.clipboard.writeText('');
    return 'cleared';
  } catch {
    return 'unsure';
  }
}
