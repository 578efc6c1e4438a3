import { create } from 'zustand'
import type { Message } from '../../../api/contract/chat.ts'

/** The loaded stretch of a room's messages: ascending by `seq`, without gaps. */
export interface Timeline {
  messages: readonly Message[]
  /** There are older ones than the first. */
  hasOlder: boolean
  /** There are newer ones than the last: the stretch stands somewhere in the past, and what happens now is not added to it. */
  hasNewer: boolean
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

/** How many messages have been told by themselves so far. */
let told = 0
/** The place among them of each state of a message that was. */
const toldAt = new WeakMap<Message, number>()

/** The present moment, for `addPage`: what is told after it is newer than a page that was asked for before it. */
export const now = (): number => told

/**
 * Two stretches as one, ascending by `seq`, each message once. Of two states of a message the page's holds, unless the other was told
 * after `since`: a page that was on its way while somebody edited does not undo what the event has told already, whatever clocks say.
 * What was deleted never comes back.
 */
export function mergeMessages(
  known: readonly Message[],
  page: readonly Message[],
  since = told,
): readonly Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]))
  for (const message of page) {
    const other = bySeq.get(message.seq)
    if (!other || ((toldAt.get(other) ?? 0) <= since && !isUndeleted(other, message)))
      bySeq.set(message.seq, message)
  }
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq)
}

/** Whether a state of a message is from before it was deleted. */
export const isUndeleted = (known: Message, told: Message): boolean =>
  known.deletedAt !== null && told.deletedAt === null

/** How far a page reaches: whether there is more beyond it; what is left out stays as it was known. */
export interface Reach {
  hasOlder?: boolean
  hasNewer?: boolean
}

/**
 * Takes over a page that was fetched, which joins or overlaps the stretch that is loaded. `since` is the moment at which it was asked
 * for, the present one unless said.
 */
export function addPage(roomId: string, page: readonly Message[], reach: Reach = {}, since = told): void {
  set(({ timelines }) => {
    const known = timelines[roomId]
    const timeline = {
      messages: mergeMessages(known?.messages ?? [], page, since),
      hasOlder: reach.hasOlder ?? known?.hasOlder ?? false,
      hasNewer: reach.hasNewer ?? known?.hasNewer ?? false,
    }
    return { timelines: { ...timelines, [roomId]: timeline } }
  })
}

/** Puts a stretch in the place of the one that is loaded, which it does not touch. */
export function replaceStretch(roomId: string, timeline: Timeline): void {
  set(({ timelines }) => ({ timelines: { ...timelines, [roomId]: timeline } }))
}

/**
 * Lets go of one end of a long stretch, so that `keep` messages stay: what somebody scrolls away from is fetched again should they come
 * back, and scrolling through a hundred thousand messages costs no more than through a thousand.
 */
export function trimStretch(roomId: string, end: 'oldest' | 'newest', keep: number): void {
  set(({ timelines }) => {
    const known = timelines[roomId]
    if (!known || known.messages.length <= keep) return {}
    const timeline =
      end === 'oldest'
        ? { ...known, messages: known.messages.slice(-keep), hasOlder: true }
        : { ...known, messages: known.messages.slice(0, keep), hasNewer: true }
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
  if (message.seq > last && known.hasNewer) return 'taken'
  if (message.seq > last + 1) return 'gap'
  if (message.seq < first) return 'taken'
  told += 1
  toldAt.set(message, told)
  addPage(message.roomId, [message])
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
