import type { Preferences } from '../../bridge.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../../texts/language.ts'
import { t } from '../platform/texts.ts'
import { changePreferences, usePreferences } from '../session/preferences.ts'
import styles from './LanguageSettings.module.css'
import { SettingsGroup } from './SettingsGroup.tsx'

/** In which language the program is; `keep` takes care of what is being written before the window is loaded again in another. */
export function LanguageSettings({ keep }: { keep: () => Promise<void> }) {
  const language = usePreferences((preferences) => preferences.language)

  async function choose(next: Preferences['language']): Promise<void> {
    await keep()
    changePreferences({ language: next })
  }

  return (
    <SettingsGroup title={t('settings.appearance.language')} hint={t('settings.appearance.languageHint')}>
      <select
        className={styles.languages}
        aria-label={t('settings.appearance.language')}
        value={language}
        onChange={({ target }) => void choose(target.value as Preferences['language'])}
      >
        <option value="system">{t('settings.appearance.systemLanguage')}</option>
        {LANGUAGES.map((one) => (
          <option key={one} value={one} lang={one}>
            {LANGUAGE_NAMES[one]}
          </option>
        ))}
      </select>
    </SettingsGroup>
  )
}
