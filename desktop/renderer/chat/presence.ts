import { create } from 'zustand'

/**
 * Who is connected right now. The set itself changes, and the state around it is made anew to tell so: at a connection the server tells
 * of everybody there is, and a copy for each would take time that grows with the square.
 */
export const usePresence = create<{ online: Set<string> }>(() => ({ online: new Set() }))

let telling = false

/** Takes over that somebody came or went; what comes in one turn is told as one. */
export function notePresence(userId: string, status: 'online' | 'offline'): void {
  const { online } = usePresence.getState()
  if (status === 'online') online.add(userId)
  else online.delete(userId)
  if (telling) return
  telling = true
  queueMicrotask(() => {
    telling = false
    usePresence.setState(({ online }) => ({ online }))
  })
}

/** Forgets who is there: for when nobody tells any more. */
export const resetPresence = (): void => usePresence.setState({ online: new Set() })

/** Whether somebody is connected. */
export const useOnline = (userId: string): boolean => usePresence((state) => state.online.has(userId))
