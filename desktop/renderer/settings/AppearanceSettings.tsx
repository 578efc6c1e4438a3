import { t } from '../platform/texts.ts'
import { changePreferences, usePreferences } from '../session/preferences.ts'
import { Choice } from '../ui/Choice.tsx'
import { LanguageSettings } from './LanguageSettings.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'

/** How the program looks; `keep` takes care of what is being written before the window is loaded again. */
export function AppearanceSettings({ keep }: { keep: () => Promise<void> }) {
  const { theme, density, textSize } = usePreferences()
  return (
    <>
      <SettingsGroup title={t('settings.appearance.theme')}>
        <Choice
          label={t('settings.appearance.theme')}
          value={theme}
          options={[
            { value: 'system', label: t('settings.appearance.asSystem') },
            { value: 'light', label: t('settings.appearance.light') },
            { value: 'dark', label: t('settings.appearance.dark') },
          ]}
          onValue={(next) => changePreferences({ theme: next })}
        />
      </SettingsGroup>
      <SettingsGroup title={t('settings.appearance.density')} hint={t('settings.appearance.densityHint')}>
        <Choice
          label={t('settings.appearance.density')}
          value={density}
          options={[
            { value: 'comfortable', label: t('settings.appearance.comfortable') },
            { value: 'compact', label: t('settings.appearance.compact') },
          ]}
          onValue={(next) => changePreferences({ density: next })}
        />
      </SettingsGroup>
      <SettingsGroup title={t('settings.appearance.textSize')}>
        <Choice
          label={t('settings.appearance.textSize')}
          value={textSize}
          options={[
            { value: 'small', label: t('settings.appearance.small') },
            { value: 'normal', label: t('settings.appearance.normal') },
            { value: 'large', label: t('settings.appearance.large') },
            { value: 'larger', label: t('settings.appearance.larger') },
          ]}
          onValue={(next) => changePreferences({ textSize: next })}
        />
      </SettingsGroup>
      <LanguageSettings keep={keep} />
    </>
  )
}
