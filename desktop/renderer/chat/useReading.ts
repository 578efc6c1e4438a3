import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Message, Room } from '../../../api/contract/chat.ts'
import { useSelfId } from '../session/useUser.ts'
import { beginLooking, lookOn, readRoom } from './reading.ts'

function onFocusChange(listener: () => void): () => void {
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  document.addEventListener('visibilitychange', listener)
  return () => {
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
    document.removeEventListener('visibilitychange', listener)
  }
}

/** Whether somebody is looking: the window has the focus and is to be seen. */
const useLooking = (): boolean =>
  useSyncExternalStore(onFocusChange, () => document.hasFocus() && document.visibilityState === 'visible')

interface Reading {
  /** The first message that was unread when it came into view, before which the divider stands; null for none. */
  newFrom: number | null
  /** How many messages of others have come below what is in view. */
  unseen: number
}

/** Marks a room read while somebody looks at its end, and remembers where the new began. */
export function useReading(room: Room, messages: readonly Message[], atEnd: boolean): Reading {
  const selfId = useSelfId()
  const looking = useLooking() && atEnd
  const [looked, setLooked] = useState(() => beginLooking(room, messages, selfId))
  const next = lookOn(looked, messages, looking, selfId)
  if (next !== looked) setLooked(next)

  useEffect(() => {
    if (looking) readRoom(room)
  }, [looking, room])

  const unseen = messages.filter((message) => message.seq > next.seen && message.senderId !== selfId).length
  return { newFrom: next.newFrom, unseen }
}
