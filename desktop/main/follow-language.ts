import type { Preferences as Values } from '../bridge.ts'
import { firstLanguage, type Language } from '../texts/language.ts'
import type { Preferences } from './preferences.ts'
import { currentLanguage, setLanguage } from './texts.ts'

/**
 * Speaks the language that the person chose, or the first of the system’s that there are texts for, now and whenever that changes;
 * `onChange` then has what is shown already drawn anew.
 */
export function followLanguage(
  preferences: Preferences,
  systemLanguages: () => readonly string[],
  onChange: () => void,
): void {
  const chosen = ({ language }: Values): Language =>
    language === 'system' ? firstLanguage(systemLanguages()) : language
  setLanguage(chosen(preferences.values))
  preferences.on('change', (values) => {
    const next = chosen(values)
    if (next === currentLanguage()) return
    setLanguage(next)
    onChange()
  })
}
