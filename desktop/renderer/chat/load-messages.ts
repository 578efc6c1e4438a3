import { call } from '../platform/call.ts'
import { useRooms } from './rooms.ts'
import { addPage, now, useTimelines } from './timelines.ts'

/** How many messages a page upwards has, and the most that the API gives at once. */
const PAGE = 60
const GREATEST_PAGE = 200

/** Fetches that are under way, so that nothing is fetched twice at the same time. */
const underWay = new Map<string, Promise<void>>()

function once(key: string, fetch: () => Promise<void>): Promise<void> {
  const running = underWay.get(key)
  if (running) return running
  const started = fetch().finally(() => underWay.delete(key))
  underWay.set(key, started)
  return started
}

/** Makes sure that a room's newest messages are there; throws a CallError. */
export function openTimeline(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  const last = timeline?.messages.at(-1)?.seq ?? 0
  if (timeline)
    return last < (useRooms.getState().rooms[roomId]?.lastSeq ?? 0) ? fetchAfter(roomId) : Promise.resolve()
  return once(`open ${roomId}`, async () => {
    const since = now()
    const { messages, hasMore } = await call('listMessages', { id: roomId, limit: PAGE })
    addPage(roomId, messages, hasMore, since)
  })
}

/** Fetches the page before the first message that is loaded; throws a CallError. */
export function loadOlder(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  const first = timeline?.messages[0]?.seq
  if (!timeline?.hasOlder || first === undefined) return Promise.resolve()
  return once(`older ${roomId}`, async () => {
    const since = now()
    const { messages, hasMore } = await call('listMessages', { id: roomId, before: first, limit: PAGE })
    addPage(roomId, messages, hasMore, since)
  })
}

/** Fetches everything behind the last message that is loaded; throws a CallError. */
export function fetchAfter(roomId: string): Promise<void> {
  return once(`after ${roomId}`, async () => {
    const last = useTimelines.getState().timelines[roomId]?.messages.at(-1)?.seq ?? 0
    await fetchFrom(roomId, last)
  })
}

/** Fetches everything of a room that is loaded anew, edits and all, and everything behind it; throws a CallError. */
export function refreshTimeline(roomId: string): Promise<void> {
  return once(`refresh ${roomId}`, async () => {
    const first = useTimelines.getState().timelines[roomId]?.messages[0]?.seq ?? 1
    await fetchFrom(roomId, first - 1)
  })
}

/** How many rooms are made ready to be opened, without anybody having asked yet. */
const READY_ROOMS = 20

/** Fetches the newest messages of the rooms that were active last, one after the other, so that they open at once, also offline. */
export async function prepareTimelines(): Promise<void> {
  const { rooms } = useRooms.getState()
  const active = Object.values(rooms)
    .filter(({ lastMessage }) => lastMessage !== null)
    .toSorted((a, b) => (b.lastMessage?.createdAt ?? '').localeCompare(a.lastMessage?.createdAt ?? ''))
  for (const { id } of active.slice(0, READY_ROOMS)) {
    // What fails is fetched when it is asked for.
    const isLoaded = useTimelines.getState().timelines[id] !== undefined
    if (!isLoaded) await openTimeline(id).catch(() => undefined)
  }
}

async function fetchFrom(roomId: string, seq: number): Promise<void> {
  for (let after = seq; ;) {
    const since = now()
    const { messages, hasMore } = await call('listMessages', { id: roomId, after, limit: GREATEST_PAGE })
    addPage(roomId, messages, undefined, since)
    const last = messages.at(-1)
    if (!hasMore || !last) return
    after = last.seq
  }
}
