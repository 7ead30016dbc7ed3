import { providers } from '../../../providers/providers.ts';
import { recogniseProviders } from '../../../providers/recognise.ts';

/** Whose key a secret may be, the likeliest first. */
export interface ProviderGuess {
  providerIds: readonly string[];
  /**
   * True when the variable names the provider or the secret begins with what only this one uses: good enough to fill
   * in the choice, which the person can change. Otherwise the person picks from the suggestions.
   */
  isSure: boolean;
}

const OWN_PREFIX_LENGTH_MIN = 4;

/** Loaded when something is pasted, because it brings the facts of every provider along. */
export function guessProvider(secret: string, variable: string | null): ProviderGuess {
  const byForm = recogniseProviders(secret);
  const byName = variable === null ? [] : providersOfVariable(variable);
  const both = byForm.filter((id) => byName.includes(id));
  const [first] = both.length > 0 ? both : byName;
  if (first !== undefined && (both.length > 0 || byForm.length === 0)) return { providerIds: [first], isSure: true };
  // A variable of one provider around the secret of another is what relays ask for: the person knows which it is.
  if (first !== undefined) return { providerIds: [...new Set([...byName, ...byForm])], isSure: false };
  const [only] = byForm;
  return { providerIds: byForm, isSure: only !== undefined && byForm.length === 1 && hasOwnPrefix(only, secret) };
}

/** Providers whose documented variable this is; `OPENAI_API_KEY_2` and `PROD_OPENAI_API_KEY` count as OpenAI's. */
function providersOfVariable(variable: string): string[] {
  const name = variable.toUpperCase();
  const exact = providers.filter(({ environment }) => environment.secret.includes(name));
  const alike = providers.filter(({ environment }) => environment.secret.some((known) => name.includes(known)));
  return (exact.length > 0 ? exact : alike).map(({ id }) => id).filter((id) => id !== 'custom');
}

function hasOwnPrefix(id: string, secret: string): boolean {
  const format = providers.find((provider) => provider.id === id)?.keyFormat;
  if (format === undefined) return false;
  if (format.isUnmistakable === true) return true;
  return [format.prefix, ...(format.morePrefixes ?? [])].some(
    (prefix) => prefix !== null && prefix.length >= OWN_PREFIX_LENGTH_MIN && secret.startsWith(prefix),
  );
}
