import { Chip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { useProviders } from '../key-queries.ts';
import classes from './add.module.css';
import type { ProviderGuess } from './guess-provider.ts';

const SHOWN_MAX = 6;

interface ProviderSuggestionsProps {
  guess: ProviderGuess | null;
  chosenId: string | null;
  /** The provider the person came from; where it fits, there is nothing to suggest. */
  givenId: string | null;
  onChoose: (id: string) => void;
}

/** Whose key it may be, to choose from. Nothing is sent anywhere before one is chosen. */
export function ProviderSuggestions({ guess, chosenId, givenId, onChoose }: ProviderSuggestionsProps) {
  const { t } = useTranslation('credentials');
  const { find, nameOf } = useProviders();
  const ids = (guess?.providerIds ?? []).filter((id) => find(id) !== undefined).slice(0, SHOWN_MAX);
  if (guess === null || ids.length === 0) return null;
  if (givenId !== null && givenId === chosenId && ids.includes(givenId)) return null;
  if (guess.isSure && ids[0] === chosenId)
    return <p className={`${classes.quiet} ${classes.recognised}`}>{t('add.suggestedBy')}</p>;
  return (
    <fieldset className={classes.suggestions}>
      <legend>{guess.isSure ? t('add.looksLike') : t('add.couldBe')}</legend>
      <Chip.Group value={chosenId} onChange={(id) => typeof id === 'string' && onChoose(id)}>
        {ids.map((id) => (
          <Chip key={id} value={id} size="xs" variant="outline" classNames={{ label: classes.chip ?? '' }}>
            <span className={classes.suggestion}>
              <ProviderMark providerId={id} name={nameOf(id)} size={14} />
              {nameOf(id)}
            </span>
          </Chip>
        ))}
      </Chip.Group>
    </fieldset>
  );
}
