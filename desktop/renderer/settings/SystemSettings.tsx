import type { SystemInfo } from '../../bridge.ts'
import { changePreferences, usePreferences } from '../session/preferences.ts'
import { Switch } from '../ui/Switch.tsx'
import { PictureCacheSettings } from './PictureCacheSettings.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'
import { SpellingSettings } from './SpellingSettings.tsx'

/** How the program behaves on this computer. */
export function SystemSettings({ info }: { info: SystemInfo }) {
  const { closeToTray, startAtLogin } = usePreferences()
  return (
    <>
      <SettingsGroup title="Starting and closing">
        <Switch
          label="Start when I sign in to this computer"
          checked={startAtLogin}
          onChecked={(checked) => changePreferences({ startAtLogin: checked })}
        />
        {info.platform !== 'darwin' && (
          <Switch
            label="Keep running when the window is closed"
            hint="Notifications go on; the tray icon opens the window again. Quit in its menu, or with Ctrl+Q."
            checked={closeToTray}
            onChecked={(checked) => changePreferences({ closeToTray: checked })}
          />
        )}
      </SettingsGroup>
      <SpellingSettings known={info.spellcheckLanguages} />
      <PictureCacheSettings />
    </>
  )
}
