import { Checkbox, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { opensRow } from '../credentials/key-row.tsx';
import { moveBetweenRows } from '../credentials/keys-table.tsx';
import { CategoryTags } from './category-tags.tsx';
import { Context } from './context.tsx';
import type { Currency } from './currency.ts';
import { type Model, modelKey } from './model.ts';
import { ModelId } from './model-id.tsx';
import { COMPARED_MAX } from './models-search.ts';
import classes from './models-table.module.css';
import { Price } from './price.tsx';

export interface ModelListProps {
  models: readonly Model[];
  currency: Currency;
  compared: readonly string[];
  onCompare: (model: Model) => void;
  onOpen: (model: Model) => void;
}

/** The models as a table with prices in columns; the highest row count makes no difference to its width. */
export function ModelsTable({ models, currency, compared, onCompare, onOpen }: ModelListProps) {
  const { t } = useTranslation('models');
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <caption className={classes.hidden}>{t('page.listName')}</caption>
        <thead>
          <tr>
            <th scope="col" className={classes.check}>
              <span className={classes.hidden}>{t('column.compare')}</span>
            </th>
            <th scope="col">{t('column.model')}</th>
            <th scope="col" className={classes.categories}>
              {t('column.categories')}
            </th>
            <th scope="col" className={classes.number}>
              {t('column.context')}
            </th>
            <th scope="col" className={classes.number}>
              {t('column.input')}
              <span className={classes.unit}>{t('column.perMillion')}</span>
            </th>
            <th scope="col" className={classes.number}>
              {t('column.output')}
              <span className={classes.unit}>{t('column.perMillion')}</span>
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {models.map((model) => (
            <tr
              key={modelKey(model)}
              className={classes.row}
              data-selected={compared.includes(modelKey(model)) || undefined}
              onClick={(event) => opensRow(event) && onOpen(model)}
            >
              <td className={classes.check}>
                <CompareBox model={model} compared={compared} onCompare={onCompare} />
              </td>
              <th scope="row" className={classes.modelCell}>
                <ModelId model={model} onOpen={() => onOpen(model)} />
              </th>
              <td className={classes.categories}>
                <CategoryTags categories={model.categories} />
              </td>
              <td className={classes.number}>
                <Context tokens={model.contextTokens} />
              </td>
              <td className={classes.number}>
                <Price usd={model.inputUsdPerMillion} currency={currency} />
              </td>
              <td className={classes.number}>
                <Price usd={model.outputUsdPerMillion} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type CompareBoxProps = Pick<ModelListProps, 'compared' | 'onCompare'> & { model: Model };

export function CompareBox({ model, compared, onCompare }: CompareBoxProps) {
  const { t } = useTranslation('models');
  const isChosen = compared.includes(modelKey(model));
  const isFull = !isChosen && compared.length >= COMPARED_MAX;
  return (
    <Tooltip label={isFull ? t('row.compareFull') : t('column.compare')}>
      <Checkbox
        size="xs"
        aria-label={t('row.compare', { id: model.id })}
        checked={isChosen}
        disabled={isFull}
        onChange={() => onCompare(model)}
      />
    </Tooltip>
  );
}
