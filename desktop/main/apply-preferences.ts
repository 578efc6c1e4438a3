import { app, nativeTheme, session } from 'electron'
import type { Preferences as Values } from '../bridge.ts'
import { setStartAtLogin } from './login-item.ts'
import type { Preferences } from './preferences.ts'

/** Has the system follow what the person chose, now and whenever that changes; `executable` is what it starts at login. */
export function applyPreferences(preferences: Preferences, executable: string): void {
  let last: Values | null = null
  const apply = (now: Values): void => {
    nativeTheme.themeSource = now.theme
    if (now.startAtLogin !== (last?.startAtLogin ?? false)) setStartAtLogin(now.startAtLogin, executable)
    if (String(now.spellcheckLanguages) !== String(last?.spellcheckLanguages ?? null))
      checkSpelling(now.spellcheckLanguages)
    last = now
  }
  apply(preferences.values)
  preferences.on('change', apply)
}

/** On macOS the system chooses the languages by itself. */
function checkSpelling(languages: string[] | null): void {
  const { defaultSession } = session
  defaultSession.setSpellCheckerEnabled(languages === null || languages.length > 0)
  if (process.platform === 'darwin') return
  const known = new Set(defaultSession.availableSpellCheckerLanguages)
  const [language = ''] = app.getLocale().split('-')
  // Without a choice the one of the system, in its country's spelling where there is one.
  const wanted = languages ?? [known.has(app.getLocale()) ? app.getLocale() : language]
  defaultSession.setSpellCheckerLanguages(wanted.filter((one) => known.has(one)))
}
