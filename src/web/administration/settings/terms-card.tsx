import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { type Locale, locales } from '../../../contract/vocabulary.ts';
import { api, read } from '../../api.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import settings from '../../settings/settings.module.css';
import { TermsText } from '../../terms/terms-text.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import classes from './instance-settings.module.css';
import { productTerms } from './product-terms.ts';
import { SettingCard } from './setting-card.tsx';

type Terms = OperationReply<Operations['GET /api/admin/settings/terms']>;
type Draft = Pick<Terms, Locale>;

const TEXT_LENGTH_MAX = 50_000;
const options = read('GET /api/admin/settings/terms');

export function TermsCard() {
  const { t } = useTranslation('administration');
  return (
    <SettingCard
      id={useId()}
      title={t('terms.title')}
      lead={t('terms.lead')}
      query={useQuery(options)}
      height={360}
      status={() => (
        <LinkButton to="/terms" size="xs" variant="default">
          {t('terms.open')}
        </LinkButton>
      )}
    >
      {(terms) => <TermsForm terms={terms} />}
    </SettingCard>
  );
}

/** One text for each language; where there is none, the text that comes with the product holds. */
function TermsForm({ terms }: { terms: Terms }) {
  const { t } = useTranslation('administration');
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ en: terms.en, 'zh-CN': terms['zh-CN'] });
  const [locale, setLocale] = useState<Locale>(useLocale());
  const { isBusy, error, run } = useAction();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const body = { en: emptyToNull(draft.en), 'zh-CN': emptyToNull(draft['zh-CN']) };
    const isDone = await run(async () => {
      const saved = await withFreshSignIn(() => api('PUT /api/admin/settings/terms', { body }));
      queryClient.setQueryData<Terms>(options.queryKey, saved);
    });
    if (!isDone) return;
    toastDone(t('saved'));
    await queryClient.invalidateQueries({ queryKey: ['GET /api/terms'] });
  };
  return (
    <form
      className={`${settings.form} ${classes.wideForm}`}
      noValidate
      aria-label={t('terms.title')}
      onSubmit={(event) => void submit(event)}
    >
      <Editor
        locale={locale}
        text={draft[locale]}
        onLocale={setLocale}
        onChange={(text) => setDraft((before) => ({ ...before, [locale]: text }))}
      />
      {error !== null && <InlineError error={error} />}
      <div className={settings.buttons}>
        <Button type="submit" size="xs" loading={isBusy}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}

function emptyToNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text;
}

interface EditorProps {
  locale: Locale;
  /** Null: the text that comes with the product. */
  text: string | null;
  onLocale: (locale: Locale) => void;
  onChange: (text: string | null) => void;
}

type View = 'write' | 'preview';

function Editor({ locale, text, onLocale, onChange }: EditorProps) {
  const { t } = useTranslation(['administration', 'shell']);
  const [view, setView] = useState<View>('write');
  const { error, run } = useAction();
  const language = t(`shell:language.${locale}`);
  const start = () => void run(async () => onChange(await productTerms(locale)));
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t('administration:terms.language')}
          value={locale}
          data={locales.map((value) => ({ value, label: t(`shell:language.${value}`) }))}
          onChange={(value) => onLocale(locales.find((known) => known === value) ?? locale)}
        />
        {text !== null && (
          <SegmentedControl
            size="xs"
            aria-label={t('administration:terms.view')}
            value={view}
            data={(['write', 'preview'] as const).map((value) => ({
              value,
              label: t(`administration:terms.${value}`),
            }))}
            onChange={(value) => setView(value === 'preview' ? 'preview' : 'write')}
          />
        )}
      </div>
      {text === null && (
        <div className={classes.product}>
          <p>{t('administration:terms.default')}</p>
          <div className={settings.buttons}>
            <Button size="xs" variant="default" onClick={() => onChange('')}>
              {t('administration:terms.own')}
            </Button>
            <Button size="xs" variant="default" onClick={start}>
              {t('administration:terms.startFromDefault')}
            </Button>
          </div>
        </div>
      )}
      {text !== null && view === 'write' && (
        <Textarea
          aria-label={t('administration:terms.text', { language })}
          value={text}
          lang={locale}
          onChange={(event) => onChange(event.currentTarget.value)}
          maxLength={TEXT_LENGTH_MAX}
          autosize
          minRows={10}
          maxRows={24}
        />
      )}
      {text !== null && view === 'preview' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keyboards must be able to reach it
        <section className={classes.preview} tabIndex={0} lang={locale} aria-label={t('administration:terms.preview')}>
          <TermsText text={text} />
        </section>
      )}
      {text !== null && (
        <div className={settings.buttons}>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(null)}>
            {t('administration:terms.backToDefault')}
          </Button>
        </div>
      )}
      {error !== null && <InlineError error={error} />}
    </>
  );
}
