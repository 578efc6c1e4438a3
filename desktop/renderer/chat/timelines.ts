import { create } from 'zustand'
import type { Message } from '../../../api/contract/chat.ts'

/** The loaded stretch of a room's messages: ascending by `seq`, without gaps. */
export interface Timeline {
  messages: readonly Message[]
  /** There are older ones than the first. */
  hasOlder: boolean
}

interface Timelines {
  timelines: Record<string, Timeline>
}

const none: Timelines = { timelines: {} }

/** The messages of the rooms that have been opened. */
export const useTimelines = create<Timelines>(() => none)

const set = useTimelines.setState

/** Forgets every message: for signing out. */
export const resetTimelines = (): void => set(none, true)

/** When a message was last changed; empty while it is as it was sent. */
const changedAt = (message: Message): string => message.deletedAt ?? message.editedAt ?? ''

/**
 * Two stretches as one, ascending by `seq`, each message once; of two the later changed: a page that was on its way while
 * somebody edited does not undo what the event has told already.
 */
export function mergeMessages(known: readonly Message[], page: readonly Message[]): readonly Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]))
  for (const message of page) {
    const other = bySeq.get(message.seq)
    if (!other || changedAt(message) >= changedAt(other)) bySeq.set(message.seq, message)
  }
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq)
}

/**
 * Takes over a page that was fetched, which joins or overlaps the stretch that is loaded. `hasOlder` is told by pages that reach further
 * up.
 */
export function addPage(roomId: string, page: readonly Message[], hasOlder?: boolean): void {
  set(({ timelines }) => {
    const known = timelines[roomId]
    const timeline = {
      messages: mergeMessages(known?.messages ?? [], page),
      hasOlder: hasOlder ?? known?.hasOlder ?? false,
    }
    return { timelines: { ...timelines, [roomId]: timeline } }
  })
}

/**
 * Takes over one message, new or changed. `gap` means that messages before it are missing: it is not taken, and
 * whoever asked fetches from the last known on. A room that is not loaded needs nothing.
 */
export function noteInTimeline(message: Message): 'taken' | 'gap' {
  const known = useTimelines.getState().timelines[message.roomId]
  if (!known) return 'taken'
  const last = known.messages.at(-1)?.seq ?? 0
  const first = known.messages[0]?.seq ?? 1
  if (message.seq > last + 1) return 'gap'
  if (message.seq < first) return 'taken'
  // Out with the one from before: what is told by itself is always the latest word, whatever clocks say.
  const others = known.messages.filter(({ seq }) => seq !== message.seq)
  set(({ timelines }) => ({
    timelines: { ...timelines, [message.roomId]: { ...known, messages: mergeMessages(others, [message]) } },
  }))
  return 'taken'
}

/** Forgets the loaded stretches of all rooms but one: they may have changed while nobody listened. */
export function keepOnly(roomId: string | null): void {
  set(({ timelines }) => {
    const kept = roomId === null ? undefined : timelines[roomId]
    return { timelines: roomId !== null && kept ? { [roomId]: kept } : {} }
  })
}

/** Forgets one room. */
export function forgetTimeline(roomId: string): void {
  set((state) => {
    const { [roomId]: _, ...timelines } = state.timelines
    return { timelines }
  })
}

/** How many messages of others stand behind `seq`, tombstones apart, as far as they are loaded; null where they are not. */
export function countUnread(roomId: string, seq: number, selfId: string): number | null {
  const timeline = useTimelines.getState().timelines[roomId]
  const first = timeline?.messages[0]?.seq
  if (!timeline || first === undefined || first > seq + 1) return null
  return timeline.messages.filter(
    (message) => message.seq > seq && message.senderId !== selfId && !message.deletedAt,
  ).length
}
