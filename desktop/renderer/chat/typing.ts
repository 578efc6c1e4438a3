import { create } from 'zustand'
import { TYPING_EXPIRES_MS } from '../../../api/contract/events.ts'
import { bridge } from '../platform/bridge.ts'

/** Who is typing in each room, in the order in which they began. */
export const useTyping = create<{ typing: Record<string, readonly string[]> }>(() => ({ typing: {} }))

const timers = new Map<string, ReturnType<typeof setTimeout>>()
const key = (roomId: string, userId: string) => `${roomId} ${userId}`

/** Takes over that somebody types or has stopped; without further word it ends by itself. */
export function noteTyping(roomId: string, userId: string, typing: boolean): void {
  clearTimeout(timers.get(key(roomId, userId)))
  timers.delete(key(roomId, userId))
  useTyping.setState((state) => {
    const others = (state.typing[roomId] ?? []).filter((id) => id !== userId)
    const known = state.typing[roomId]?.includes(userId)
    if (!typing && !known) return state
    const next = typing && known ? (state.typing[roomId] ?? []) : typing ? [...others, userId] : others
    return { typing: { ...state.typing, [roomId]: next } }
  })
  if (!typing) return
  timers.set(
    key(roomId, userId),
    setTimeout(() => noteTyping(roomId, userId, false), TYPING_EXPIRES_MS),
  )
}

/** Forgets who types: for signing out and lost connections. */
export function resetTyping(): void {
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
  useTyping.setState({ typing: {} })
}

/** How often the others are told that one is still typing, in milliseconds: often enough not to expire in between. */
const TELL_EVERY_MS = TYPING_EXPIRES_MS / 2
const told = new Map<string, number>()

/** Tells a room that one is typing, at most every few seconds, or at once that one has stopped. */
export function tellTyping(roomId: string, typing: boolean): void {
  const last = told.get(roomId)
  if (typing ? last !== undefined && Date.now() - last < TELL_EVERY_MS : last === undefined) return
  if (typing) told.set(roomId, Date.now())
  else told.delete(roomId)
  bridge().socket.send({ type: 'typing', data: { roomId, typing } })
}
