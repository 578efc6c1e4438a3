import { create } from 'zustand'
import type { SettingsSection } from '../../bridge.ts'

/** Which part of the settings is open; null while they are closed. */
export const useSettingsSection = create<{ section: SettingsSection | null }>(() => ({ section: null }))

/** Opens the settings, at a part of them. */
export const openSettings = (section: SettingsSection = 'appearance'): void =>
  useSettingsSection.setState({ section })

/** Closes them; every change has been made already. */
export const closeSettings = (): void => useSettingsSection.setState({ section: null })
