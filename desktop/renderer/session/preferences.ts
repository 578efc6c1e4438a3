import { create } from 'zustand'
import type { Preferences } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { CallError } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { showFailure } from '../ui/toasts.ts'

/** What holds until main has said what was chosen. */
const untold: Preferences = {
  language: 'system',
  theme: 'system',
  density: 'comfortable',
  textSize: 'normal',
  notifications: { about: 'all', content: true },
  doNotDisturbUntil: null,
  mutedRooms: [],
  closeToTray: false,
  startAtLogin: false,
  updateChannel: 'stable',
  spellcheckLanguages: null,
}

/** What the person chose for this computer, as main keeps it. */
export const usePreferences = create<Preferences>(() => untold)

/** Follows main's preferences; returns the function that stops it. */
export function startPreferences(): () => void {
  let told = false
  const stop = bridge().preferences.onChange((preferences) => {
    told = true
    usePreferences.setState(preferences, true)
  })
  void bridge()
    .preferences.get()
    .then((preferences) => told || usePreferences.setState(preferences, true))
  return stop
}

/** Changes some of them, here at once and in main behind it. */
export function changePreferences(changes: Partial<Preferences>): void {
  const before = usePreferences.getState()
  usePreferences.setState(changes)
  void bridge()
    .preferences.change(changes)
    .then((answer) => {
      if (answer.ok) return
      usePreferences.setState(before, true)
      showFailure(t('session.notChanged'), sentenceFor(new CallError(answer.error)))
    })
}

/** Whether a room notifies nothing. */
export const isMuted = ({ mutedRooms }: Preferences, roomId: string): boolean => mutedRooms.includes(roomId)

/** Mutes a room, or lets it be heard again. */
export function toggleMuted(roomId: string): void {
  const { mutedRooms } = usePreferences.getState()
  changePreferences({
    mutedRooms: mutedRooms.includes(roomId)
      ? mutedRooms.filter((id) => id !== roomId)
      : [...mutedRooms, roomId],
  })
}
