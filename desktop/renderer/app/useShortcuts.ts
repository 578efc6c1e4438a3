import { useEffect } from 'react'
import { attachFromDialog } from '../chat/attachments/attach-images.ts'
import { find } from '../chat/finding.ts'
import { jumpToEnd } from '../chat/jump.ts'
import { beginConversation } from '../chat/new-conversation.ts'
import { readRoom } from '../chat/reading.ts'
import { selectRoom, sortRooms, useRooms } from '../chat/rooms.ts'
import { onMac } from '../platform/on-mac.ts'
import { deedOf, type Deed } from './shortcuts.ts'

/** What is open over the window and has the keys to itself; what is closing has not. */
const OPEN = ':is([role="dialog"], [role="alertdialog"], [role="menu"]):not([data-closed])'
const FIELD = 'input, textarea, select, [contenteditable]'
/** The parts of the window, in their order, with what of each takes the focus: the conversations, the messages, where one writes. */
const REGIONS = [
  { area: 'nav', target: 'nav [data-row][tabindex="0"]' },
  { area: 'main [role="log"]', target: 'main [role="log"]' },
  { area: 'main', target: 'main textarea:not([role="log"] *)' },
]

/** Answers to the keys that do something wherever one is. */
export function useShortcuts(): void {
  useEffect(() => {
    /** Whether something lay over the window before anybody had heard of the key: Esc closes it, and is then spent. */
    let covered = false
    const note = (): void => {
      covered = document.querySelector(OPEN) !== null
    }
    function handleKey(event: KeyboardEvent): void {
      const deed = deedOf(event, onMac)
      if (deed === undefined || covered || event.defaultPrevented || event.isComposing) return
      if (event.key === '?' && event.target instanceof Element && event.target.closest(FIELD)) return
      event.preventDefault()
      DEEDS[deed]()
    }
    window.addEventListener('keydown', note, { capture: true })
    window.addEventListener('keydown', handleKey)
    return () => {
      window.removeEventListener('keydown', note, { capture: true })
      window.removeEventListener('keydown', handleKey)
    }
  }, [])
}

const DEEDS: Record<Deed, () => void> = {
  switch: () => find('switcher'),
  search: () => find('search'),
  keys: () => find('keys'),
  previous: () => goBy(-1),
  next: () => goBy(1),
  previousUnread: () => goBy(-1, true),
  nextUnread: () => goBy(1, true),
  newMessage: () => beginConversation('dm'),
  newRoom: () => beginConversation('room'),
  attach: () => attachInOpenRoom(),
  toEnd: () => void readToEnd(),
  nextRegion: () => goToRegion(1),
  previousRegion: () => goToRegion(-1),
}

/** Opens the conversation `step` places down the list, from its end on to its beginning; perhaps the next that is unread. */
function goBy(step: 1 | -1, onlyUnread = false): void {
  const { rooms, selectedId } = useRooms.getState()
  const all = Object.values(rooms)
  const list = [...sortRooms(all, 'group'), ...sortRooms(all, 'dm')]
  const at = list.findIndex(({ id }) => id === selectedId)
  // With none open the first or the last is next.
  const from = at === -1 && step === -1 ? 0 : at
  for (let n = 1; n <= list.length; n += 1) {
    const room = list[(from + step * n + list.length * 2) % list.length]
    if (!room || (onlyUnread && room.unreadCount === 0)) continue
    selectRoom(room.id)
    requestAnimationFrame(() =>
      document.querySelector('[data-row][aria-current]')?.scrollIntoView({ block: 'nearest' }),
    )
    return
  }
}

function attachInOpenRoom(): void {
  const { selectedId } = useRooms.getState()
  if (selectedId !== null) void attachFromDialog(selectedId)
}

async function readToEnd(): Promise<void> {
  const { rooms, selectedId } = useRooms.getState()
  const room = selectedId === null ? undefined : rooms[selectedId]
  if (!room) return
  readRoom(room)
  await jumpToEnd(room.id)
}

function goToRegion(step: 1 | -1): void {
  const regions = REGIONS.flatMap(({ area, target }) => {
    const element = document.querySelector<HTMLElement>(target)
    return element?.checkVisibility() === true ? [{ area, element }] : []
  })
  const at = regions.findIndex(({ area }) => document.activeElement?.closest(area))
  regions.at((at + step) % regions.length)?.element.focus()
}
