import { changePreferences, usePreferences } from '../session/preferences.ts'
import { Choice } from '../ui/Choice.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'

/** How the program looks. */
export function AppearanceSettings() {
  const { theme, density, textSize } = usePreferences()
  return (
    <>
      <SettingsGroup title="Theme">
        <Choice
          label="Theme"
          value={theme}
          options={[
            { value: 'system', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          onValue={(next) => changePreferences({ theme: next })}
        />
      </SettingsGroup>
      <SettingsGroup title="Density" hint="Compact shows more messages and conversations at once.">
        <Choice
          label="Density"
          value={density}
          options={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact' },
          ]}
          onValue={(next) => changePreferences({ density: next })}
        />
      </SettingsGroup>
      <SettingsGroup title="Text size">
        <Choice
          label="Text size"
          value={textSize}
          options={[
            { value: 'small', label: 'Small' },
            { value: 'normal', label: 'Normal' },
            { value: 'large', label: 'Large' },
            { value: 'larger', label: 'Larger' },
          ]}
          onValue={(next) => changePreferences({ textSize: next })}
        />
      </SettingsGroup>
    </>
  )
}
