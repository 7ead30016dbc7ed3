import { Tokens } from '../ui/numbers.tsx';
import { Unknown } from './price.tsx';

/** A context as people name it: 262,144 tokens are `262k`. */
export function Context({ tokens }: { tokens: number | null }) {
  return tokens === null ? <Unknown /> : <Tokens value={tokens} />;
}
