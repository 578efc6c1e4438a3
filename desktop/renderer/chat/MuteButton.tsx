import { Bell, BellOff } from 'lucide-react'
import { t } from '../platform/texts.ts'
import { isMuted, toggleMuted, usePreferences } from '../session/preferences.ts'
import { IconButton } from '../ui/IconButton.tsx'
import type { MenuEntry } from '../ui/Menu.tsx'

/** Mutes a direct chat, or lets it be heard again. */
export function MuteButton({ roomId }: { roomId: string }) {
  const { label, icon, onSelect } = useMuteEntry(roomId)
  return <IconButton label={label} icon={icon} onClick={onSelect} />
}

/** The line of a room's menu that mutes it, or lets it be heard again. */
export function useMuteEntry(roomId: string): MenuEntry {
  const muted = usePreferences((preferences) => isMuted(preferences, roomId))
  return {
    label: t(muted ? 'chat.header.unmute' : 'chat.header.mute'),
    icon: muted ? <BellOff size={17} /> : <Bell size={17} />,
    onSelect: () => toggleMuted(roomId),
  }
}
