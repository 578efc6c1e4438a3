import { create } from 'zustand'

/** Who is connected right now. */
export const usePresence = create<{ online: Record<string, true> }>(() => ({ online: {} }))

/** Takes over that somebody came or went. */
export function notePresence(userId: string, status: 'online' | 'offline'): void {
  usePresence.setState(({ online }) => {
    if (status === 'online') return { online: { ...online, [userId]: true } }
    const { [userId]: _, ...rest } = online
    return { online: rest }
  })
}

/** Forgets who is there: for when nobody tells any more. */
export const resetPresence = (): void => usePresence.setState({ online: {} })

/** Whether somebody is connected. */
export const useOnline = (userId: string): boolean => usePresence((state) => state.online[userId] === true)
