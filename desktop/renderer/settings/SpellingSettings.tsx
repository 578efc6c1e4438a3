import { locale, t } from '../platform/texts.ts'
import { changePreferences, usePreferences } from '../session/preferences.ts'
import { Switch } from '../ui/Switch.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'
import styles from './SpellingSettings.module.css'

/** What a language is called, in that of the texts. */
const names = new Intl.DisplayNames(locale, { type: 'language' })

/** Whether the spelling is checked, and by which of the languages that are known; the system chooses where none is. */
export function SpellingSettings({ known }: { known: readonly string[] }) {
  const languages = usePreferences((state) => state.spellcheckLanguages)
  const isOn = languages === null || languages.length > 0
  const chosen = new Set(languages)

  function toggle(language: string): void {
    const next = known.filter((one) => (one === language ? !chosen.has(one) : chosen.has(one)))
    changePreferences({ spellcheckLanguages: next.length === 0 ? null : next })
  }

  return (
    <SettingsGroup title={t('settings.system.spelling')}>
      <Switch
        label={t('settings.system.checkSpelling')}
        checked={isOn}
        onChecked={(checked) => changePreferences({ spellcheckLanguages: checked ? null : [] })}
      />
      {isOn && known.length > 0 && (
        <fieldset className={styles.languages}>
          <legend>
            {languages === null ? t('settings.system.spellingBySystem') : t('settings.system.spellingIn')}
          </legend>
          <div className={styles.list}>
            {known
              .map((language) => ({ language, name: names.of(language) ?? language }))
              .toSorted((a, b) => a.name.localeCompare(b.name))
              .map(({ language, name }) => (
                <label key={language} className={styles.language}>
                  <input type="checkbox" checked={chosen.has(language)} onChange={() => toggle(language)} />
                  {name}
                </label>
              ))}
          </div>
        </fieldset>
      )}
    </SettingsGroup>
  )
}
