import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useProviders } from '../../credentials/key-queries.ts';
import { refusedFields } from '../../errors.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { formatMoney } from '../../ui/numbers.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import classes from './own-prices.module.css';
import { bodyOf, exampleOf, type PriceDraft, type PriceField, probablyMeant } from './price-draft.ts';
import { useRefreshPrices } from './price-queries.ts';

const USD_PER_MILLION_MAX = 10_000;
const USD_PER_REQUEST_MAX = 1000;
const DECIMALS = 9;

interface OwnPriceFormProps {
  start: PriceDraft;
  /** Provider and model are given and not to be chosen. */
  isChosen: boolean;
  onClose: () => void;
}

export function OwnPriceForm({ start, isChosen, onClose }: OwnPriceFormProps) {
  const { t } = useTranslation(['models', 'shell']);
  const [draft, setDraft] = useState(start);
  const { save, isBusy, error } = useSavePrice(onClose);
  const change = (patch: Partial<PriceDraft>) => setDraft({ ...draft, ...patch });
  const body = bodyOf(draft);
  const refused = refusedFields(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body !== null) void save(body);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.lead}>{t('ownPrice.lead')}</p>
      {!isChosen && <ModelFields draft={draft} onChange={change} />}
      <div className={classes.pair}>
        <PriceInput name="input" draft={draft} refused={refused} onChange={change} isNeeded />
        <PriceInput name="output" draft={draft} refused={refused} onChange={change} />
        <PriceInput name="cacheRead" draft={draft} refused={refused} onChange={change} />
        <PriceInput name="cacheWrite" draft={draft} refused={refused} onChange={change} />
        <NumberInput
          label={t('ownPrice.perRequest')}
          description={t('ownPrice.perRequestHint')}
          prefix="$"
          min={0}
          max={USD_PER_REQUEST_MAX}
          decimalScale={DECIMALS}
          hideControls
          value={draft.perRequest}
          onValueChange={({ floatValue }) => change({ perRequest: floatValue ?? '' })}
        />
      </div>
      <Example draft={draft} onChange={change} />
      <Checkbox
        label={t('ownPrice.applyToPast')}
        description={t('ownPrice.applyToPastHint')}
        checked={draft.applyToPast}
        onChange={(event) => change({ applyToPast: event.currentTarget.checked })}
      />
      {error !== null && refused.size === 0 && <InlineError error={error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose} disabled={isBusy}>
          {t('shell:ui.cancel')}
        </Button>
        <Button type="submit" loading={isBusy} disabled={body === null}>
          {t('ownPrice.save')}
        </Button>
      </div>
    </form>
  );
}

function useSavePrice(onDone: () => void) {
  const { t } = useTranslation('models');
  const refresh = useRefreshPrices();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async (body: NonNullable<ReturnType<typeof bodyOf>>) => {
    setIsBusy(true);
    setError(null);
    try {
      const { repricedEvents } = await api('PUT /api/prices', { body });
      toastDone(repricedEvents === 0 ? t('ownPrice.saved') : t('ownPrice.repriced', { count: repricedEvents }));
      await refresh();
      onDone();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return { save, isBusy, error };
}

interface FieldProps {
  draft: PriceDraft;
  onChange: (patch: Partial<PriceDraft>) => void;
}

function ModelFields({ draft, onChange }: FieldProps) {
  const { t } = useTranslation('models');
  const { items, nameOf } = useProviders();
  return (
    <div className={classes.pair}>
      <Select
        label={t('filter.provider')}
        required
        searchable
        data={items.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        value={draft.provider === '' ? null : draft.provider}
        onChange={(provider) => onChange({ provider: provider ?? '' })}
      />
      <TextInput
        label={t('column.model')}
        required
        maxLength={200}
        value={draft.model}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ model: event.currentTarget.value })}
      />
    </div>
  );
}

interface PriceInputProps extends FieldProps {
  name: PriceField;
  /** The fields that the server did not take. */
  refused: ReadonlySet<string>;
  isNeeded?: boolean;
}

function PriceInput({ name, draft, refused, onChange, isNeeded = false }: PriceInputProps) {
  const { t } = useTranslation('models');
  return (
    <NumberInput
      label={t(`ownPrice.field.${name}`)}
      description={t('ownPrice.unit')}
      prefix="$"
      min={0}
      max={USD_PER_MILLION_MAX}
      decimalScale={DECIMALS}
      hideControls
      required={isNeeded}
      {...(isNeeded ? { 'data-autofocus': true } : {})}
      {...(name.startsWith('cache') ? { placeholder: t('ownPrice.asInput') } : {})}
      error={refused.has(`${name}UsdPerMillion`) ? t('ownPrice.implausible') : null}
      value={draft[name]}
      onValueChange={({ floatValue }) => onChange({ [name]: floatValue ?? '' })}
    />
  );
}

/** What a call would cost, and a word when a price looks like one per token. */
function Example({ draft, onChange }: FieldProps) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const { inputTokens, outputTokens, usd } = exampleOf(draft);
  const meant = { input: probablyMeant(draft.input), output: probablyMeant(draft.output) };
  const number = new Intl.NumberFormat(locale);
  const fix = () => onChange({ input: meant.input ?? draft.input, output: meant.output ?? draft.output });
  return (
    <>
      {(meant.input !== null || meant.output !== null) && (
        <div className={classes.slip} role="status">
          <span>{t('ownPrice.slip')}</span>
          <Button size="compact-xs" variant="default" onClick={fix}>
            {t('ownPrice.useMeant', {
              prices: [meant.input, meant.output]
                .filter((price) => price !== null)
                .map((price) => formatMoney(price, locale))
                .join(' / '),
            })}
          </Button>
        </div>
      )}
      {draft.input !== '' && (
        <p className={classes.example} role="status">
          {t('ownPrice.example', {
            input: number.format(inputTokens),
            output: number.format(outputTokens),
            amount: formatMoney(usd, locale),
          })}
        </p>
      )}
    </>
  );
}
