import type { SystemInfo } from '../../bridge.ts'
import { t } from '../platform/texts.ts'
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
      <SettingsGroup title={t('settings.system.startAndEnd')}>
        <Switch
          label={t('settings.system.startAtLogin')}
          checked={startAtLogin}
          onChecked={(checked) => changePreferences({ startAtLogin: checked })}
        />
        {info.platform !== 'darwin' && (
          <Switch
            label={t('settings.system.closeToTray')}
            hint={t('settings.system.closeToTrayHint')}
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
