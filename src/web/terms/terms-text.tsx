/** A part of a text: a heading, or a paragraph whose line breaks stay. */
interface Part {
  kind: 'heading' | 'paragraph';
  text: string;
  /** Where it begins, in characters. */
  at: number;
}

/** Reads plain text: an empty line ends a paragraph, and a line that begins with `#` is a heading. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let isOpen = false;
  let at = 0;
  for (const line of text.split('\n')) {
    const words = line.trim();
    const heading = /^#+\s*(.+)$/.exec(words)?.[1];
    const last = parts.at(-1);
    if (heading !== undefined) parts.push({ kind: 'heading', text: heading, at });
    else if (words !== '' && isOpen && last !== undefined) last.text += `\n${words}`;
    else if (words !== '') parts.push({ kind: 'paragraph', text: words, at });
    isOpen = heading === undefined && words !== '';
    at += line.length + 1;
  }
  return parts;
}

/** Terms as the administrators wrote them: text and nothing else, whatever stands in it. */
export function TermsText({ text }: { text: string }) {
  return partsOf(text).map(({ kind, text: words, at }) =>
    kind === 'heading' ? <h2 key={at}>{words}</h2> : <p key={at}>{words}</p>,
  );
}
