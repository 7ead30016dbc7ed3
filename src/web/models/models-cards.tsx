import { useTranslation } from 'react-i18next';
import { moveBetweenRows } from '../credentials/keys-table.tsx';
import { CategoryTags } from './category-tags.tsx';
import { Context } from './context.tsx';
import { modelKey } from './model.ts';
import { ModelId } from './model-id.tsx';
import classes from './models-table.module.css';
import { CompareBox, type ModelListProps } from './models-table.tsx';
import { Price } from './price.tsx';

/** The models as cards, for phones. */
export function ModelsCards({ models, currency, compared, onCompare, onOpen }: ModelListProps) {
  const { t } = useTranslation('models');
  return (
    <ul className={classes.cards} aria-label={t('page.listName')} onKeyDown={moveBetweenRows}>
      {models.map((model) => (
        <li
          key={modelKey(model)}
          className={classes.card}
          data-selected={compared.includes(modelKey(model)) || undefined}
        >
          <div className={classes.cardTop}>
            <ModelId model={model} onOpen={() => onOpen(model)} />
            <CompareBox model={model} compared={compared} onCompare={onCompare} />
          </div>
          <CategoryTags categories={model.categories} />
          <dl className={classes.cardFacts}>
            <div>
              <dt>{t('column.context')}</dt>
              <dd>
                <Context tokens={model.contextTokens} />
              </dd>
            </div>
            <div>
              <dt>{t('column.input')}</dt>
              <dd>
                <Price usd={model.inputUsdPerMillion} currency={currency} />
              </dd>
            </div>
            <div>
              <dt>{t('column.output')}</dt>
              <dd>
                <Price usd={model.outputUsdPerMillion} currency={currency} />
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}
