import { useTranslation } from 'react-i18next';
import { locales, themes } from '../../contract/vocabulary.ts';
import { useLocale } from '../locales/use-locale.ts';
import { Page } from '../ui/page.tsx';
import { usePreferences } from './preferences.ts';
import classes from './settings.module.css';
import { themeIcons } from './theme-menu.tsx';

export default function AppearancePage() {
  const { t } = useTranslation(['settings', 'shell']);
  const { theme: current, setTheme, setLocale } = usePreferences();
  const locale = useLocale();
  return (
    <Page title={t('settings:appearance.title')} lead={t('settings:appearance.lead')}>
      <section className={classes.card}>
        <header className={classes.cardHeader}>
          <div>
            <h2 id="theme">{t('shell:theme.label')}</h2>
            <p>{t('settings:appearance.themeHint')}</p>
          </div>
        </header>
        <div className={`${classes.cardBody} ${classes.wide}`}>
          <div className={classes.choices} role="radiogroup" aria-labelledby="theme">
            {themes.map((theme) => {
              const Icon = themeIcons[theme];
              return (
                <label key={theme} className={classes.choice}>
                  <input type="radio" name="theme" checked={theme === current} onChange={() => setTheme(theme)} />
                  <Icon size={17} aria-hidden />
                  {t(`shell:theme.${theme}`)}
                </label>
              );
            })}
          </div>
        </div>
      </section>
      <section className={classes.card}>
        <header className={classes.cardHeader}>
          <div>
            <h2 id="language">{t('shell:language.label')}</h2>
            <p>{t('settings:appearance.languageHint')}</p>
          </div>
        </header>
        <div className={`${classes.cardBody} ${classes.wide}`}>
          <div className={classes.choices} role="radiogroup" aria-labelledby="language">
            {locales.map((choice) => (
              <label key={choice} className={classes.choice} lang={choice}>
                <input type="radio" name="locale" checked={choice === locale} onChange={() => setLocale(choice)} />
                {t(`shell:language.${choice}`)}
              </label>
            ))}
          </div>
        </div>
      </section>
    </Page>
  );
}
