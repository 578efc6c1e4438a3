import type { Snapshot, Unsubscribe } from '../../bridge.ts'
import { allDraftImages, restoreDraftImages, useDraftImages } from '../chat/attachments/draft-images.ts'
import { allDrafts, onDrafts, setDrafts } from '../chat/drafts.ts'
import { selectRoom, setRooms, useRooms } from '../chat/rooms.ts'
import { addPage, useTimelines, type Timeline } from '../chat/timelines.ts'
import { bridge } from '../platform/bridge.ts'
import { addUsers, knownUsers, useUsers } from '../session/users.ts'

/** How many messages of a room are kept, and of how many rooms: what somebody sees before scrolling far, some 300 kB in all. */
const MESSAGES = 60
const TIMELINES = 30
/** How many people are kept. */
const PEOPLE = 2_000
/** How many rooms are kept, and how much of a draft, in UTF-16 code units: main takes no more, and one too many is not to cost the others. */
const ROOMS = 5_000
const DRAFT = 100_000
/** How long after a change it is kept, in milliseconds; what the server has told is told again, so that only drafts depend on it. */
const KEEP_AFTER_MS = 1_000

/** Shows what was known when the person was last here. */
export function restoreSnapshot({
  people,
  rooms,
  timelines,
  drafts,
  draftImages,
  selectedId,
}: Snapshot): void {
  addUsers(people)
  setRooms(rooms)
  for (const { roomId, messages, hasOlder } of timelines) addPage(roomId, messages, { hasOlder })
  setDrafts(drafts)
  restoreDraftImages(draftImages)
  selectRoom(rooms.some(({ id }) => id === selectedId) ? selectedId : null)
}

let keepAtOnce: (() => Promise<void>) | null = null

/** Keeps now what would be kept soon; settles once it is on disk. */
export const keepNow = async (): Promise<void> => {
  await keepAtOnce?.()
}

/**
 * Keeps what the stores hold for the next start, soon after each change, as soon as they hold anything; `cursor` says up to where they
 * are whole, null for not at all. Returns the function that stops it.
 */
export function keepSnapshots(cursor: () => string | null): Unsubscribe {
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = async (): Promise<void> => {
    const snapshot = takeSnapshot(cursor())
    if (snapshot !== null) await bridge().snapshot.save(snapshot)
  }
  const keepSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      void keep()
    }, KEEP_AFTER_MS)
  }
  keepAtOnce = keep
  const stops = [
    useUsers.subscribe(keepSoon),
    useRooms.subscribe(keepSoon),
    useTimelines.subscribe(keepSoon),
    onDrafts(keepSoon),
    useDraftImages.subscribe(keepSoon),
  ]
  return () => {
    clearTimeout(timer)
    keepAtOnce = null
    for (const stop of stops) stop()
  }
}

function takeSnapshot(cursor: string | null): Snapshot | null {
  const { selfId } = useUsers.getState()
  const { loaded, rooms, selectedId } = useRooms.getState()
  if (selfId === null || !loaded) return null
  const { timelines } = useTimelines.getState()
  return {
    userId: selfId,
    cursor,
    people: knownUsers(PEOPLE),
    rooms: Object.values(rooms)
      .toSorted((a, b) => lastSaid(b.id).localeCompare(lastSaid(a.id)))
      .slice(0, ROOMS),
    timelines: Object.entries(timelines)
      .filter(([roomId, { hasNewer }]) => rooms[roomId] !== undefined && !hasNewer)
      .toSorted(([a], [b]) => lastSaid(b).localeCompare(lastSaid(a)))
      .slice(0, TIMELINES)
      .map(([roomId, timeline]) => ({ roomId, ...lastOf(timeline) })),
    drafts: Object.fromEntries(Object.entries(allDrafts()).map(([id, body]) => [id, body.slice(0, DRAFT)])),
    draftImages: allDraftImages(),
    selectedId,
  }
}

const lastSaid = (roomId: string): string => useRooms.getState().rooms[roomId]?.lastMessage?.createdAt ?? ''

function lastOf({ messages, hasOlder }: Timeline): {
  messages: Timeline['messages'][number][]
  hasOlder: boolean
} {
  return { messages: messages.slice(-MESSAGES), hasOlder: hasOlder || messages.length > MESSAGES }
}
