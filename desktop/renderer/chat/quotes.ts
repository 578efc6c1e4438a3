import { create } from 'zustand'
import type { Message } from '../../../api/contract/chat.ts'
import { call } from '../platform/call.ts'
import { useTimelines } from './timelines.ts'

/** Messages that were answered and are not loaded in their room, by id; null while they are under way or where they cannot be had. */
const useQuotes = create<{ quotes: Record<string, Message | null> }>(() => ({ quotes: {} }))

/** Forgets every one of them: for signing out. */
export const resetQuotes = (): void => useQuotes.setState({ quotes: {} })

/** The message that was answered, as far as it is known. */
export function useAnswered(roomId: string, { id, seq }: NonNullable<Message['replyTo']>): Message | null {
  const loaded = useTimelines((state) => {
    const messages = state.timelines[roomId]?.messages
    return messages?.[seq - (messages[0]?.seq ?? 0)]
  })
  const fetched = useQuotes((state) => state.quotes[id])
  return loaded ?? fetched ?? null
}

/** Fetches a message that was answered, unless that has been tried. */
export function ensureAnswered(roomId: string, { id, seq }: NonNullable<Message['replyTo']>): void {
  if (useQuotes.getState().quotes[id] !== undefined) return
  keep(id, null)
  call('listMessages', { id: roomId, after: seq - 1, limit: 1 }).then(
    ({ messages }) => keep(id, messages[0] ?? null),
    () => undefined,
  )
}

const keep = (id: string, message: Message | null): void =>
  useQuotes.setState(({ quotes }) => ({ quotes: { ...quotes, [id]: message } }))
