import { type ClipboardEvent, type RefObject, useState } from 'react';
import type { ProviderGuess } from './guess-provider.ts';
import { type PastedSecret, readPaste } from './parse-pasted.ts';

interface RecognitionOptions {
  field: RefObject<HTMLInputElement | null>;
  /** Several secrets were pasted; the field stays as it was. */
  onSeveral: (found: readonly PastedSecret[]) => void;
  /** Every change of the field, before the guess is known. */
  onChange: () => void;
  /** A paste is in the field and its guess is known. */
  onPasted: (guess: ProviderGuess, found: PastedSecret | null) => void;
}

/** Guesses whose secret is in the field as it is pasted or typed. Only the guess becomes state. */
export function useRecognition({ field, onSeveral, onChange, onPasted }: RecognitionOptions) {
  const [guess, setGuess] = useState<ProviderGuess | null>(null);

  const consider = async (variable: string | null): Promise<ProviderGuess> => {
    const { guessProvider } = await import('./guess-provider.ts');
    const text = field.current?.value.trim() ?? '';
    const next = guessProvider(text, variable);
    setGuess(text === '' ? null : next);
    return next;
  };

  const typed = () => {
    onChange();
    void consider(null);
  };

  const pasted = (event: ClipboardEvent<HTMLInputElement>) => {
    const paste = readPaste(event.clipboardData.getData('text'));
    if (paste.kind === 'several') {
      event.preventDefault();
      onSeveral(paste.found);
      return;
    }
    const found = paste.kind === 'one' ? paste.found : null;
    if (found !== null) {
      event.preventDefault();
      event.currentTarget.value = found.secret;
      onChange();
    }
    // The browser puts a plain paste into the field after this event.
    setTimeout(async () => onPasted(await consider(found?.variable ?? null), found));
  };

  return { guess, typed, pasted };
}
