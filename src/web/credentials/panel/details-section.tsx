import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { formatMoney } from '../../ui/numbers.tsx';
import { formatDay, Time } from '../../ui/time.tsx';
import { type Credential, may } from '../credential.ts';
import { ExpiryHint } from '../expiry-hint.tsx';
import { useProviders } from '../key-queries.ts';
import { TagList } from '../tag-list.tsx';
import { AddressFact } from './address-fact.tsx';
import { EditableFact } from './editable-fact.tsx';
import { BudgetForm, ExpiryForm, NameForm, NoteForm, TagsForm } from './fact-forms.tsx';
import classes from './panel.module.css';
import { Section } from './section.tsx';

/** Everything people may write about a key, changed in place. */
export function DetailsSection({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  const { nameOf } = useProviders();
  const isEditable = may(credential, 'manage') && credential.deletedAt === null;
  const { name, note, tags, expiresAt, monthlyBudgetUsd } = credential;
  const none = (words: string) => <span className={classes.empty}>{words}</span>;
  return (
    <Section title={t('panel.details')}>
      <dl className={`${classes.box} ${classes.facts}`}>
        <EditableFact
          label={t('panel.name')}
          isEditable={isEditable}
          form={(close) => <NameForm credential={credential} onClose={close} />}
        >
          {name}
        </EditableFact>
        <div className={classes.fact}>
          <dt>{t('panel.provider')}</dt>
          <dd>{nameOf(credential.provider)}</dd>
        </div>
        <AddressFact credential={credential} isEditable={isEditable} />
        <EditableFact
          label={t('panel.tags')}
          isEditable={isEditable}
          form={(close) => <TagsForm credential={credential} onClose={close} />}
        >
          {tags.length === 0 ? none(t('panel.none')) : <TagList tags={tags} />}
        </EditableFact>
        <EditableFact
          label={t('panel.note')}
          isEditable={isEditable}
          form={(close) => <NoteForm credential={credential} onClose={close} />}
        >
          {note === '' ? none(t('panel.none')) : note}
        </EditableFact>
        <EditableFact
          label={t('panel.expiry')}
          isEditable={isEditable}
          form={(close) => <ExpiryForm credential={credential} onClose={close} />}
        >
          {expiresAt === null ? none(t('panel.expiryEmpty')) : formatDay(expiresAt, locale)}{' '}
          <ExpiryHint credential={credential} />
        </EditableFact>
        <EditableFact
          label={t('panel.budget')}
          isEditable={isEditable}
          form={(close) => <BudgetForm credential={credential} onClose={close} />}
        >
          {monthlyBudgetUsd === null ? none(t('panel.budgetEmpty')) : formatMoney(monthlyBudgetUsd, locale)}
        </EditableFact>
        <div className={classes.fact}>
          <dt>{t('panel.created')}</dt>
          <dd>
            <Time value={credential.createdAt} />
          </dd>
        </div>
      </dl>
    </Section>
  );
}
