import { call } from '../platform/call.ts'
import { useRooms } from './rooms.ts'
import { addPage, useTimelines } from './timelines.ts'

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
    const { messages, hasMore } = await call('listMessages', { id: roomId, limit: PAGE })
    addPage(roomId, messages, hasMore)
  })
}

/** Fetches the page before the first message that is loaded; throws a CallError. */
export function loadOlder(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  const first = timeline?.messages[0]?.seq
  if (!timeline?.hasOlder || first === undefined) return Promise.resolve()
  return once(`older ${roomId}`, async () => {
    const { messages, hasMore } = await call('listMessages', { id: roomId, before: first, limit: PAGE })
    addPage(roomId, messages, hasMore)
  })
}

/** Fetches everything behind the last message that is loaded; throws a CallError. */
export function fetchAfter(roomId: string): Promise<void> {
  return once(`after ${roomId}`, async () => {
    const last = useTimelines.getState().timelines[roomId]?.messages.at(-1)?.seq ?? 0
    await fetchFrom(roomId, last)
  })
}

/** Fetches a loaded room's last messages anew, edits and all, and everything behind them; throws a CallError. */
export function refreshTimeline(roomId: string): Promise<void> {
  return once(`refresh ${roomId}`, async () => {
    const messages = useTimelines.getState().timelines[roomId]?.messages ?? []
    const last = messages.at(-1)?.seq ?? 0
    const first = messages[0]?.seq ?? 1
    await fetchFrom(roomId, Math.max(first - 1, last - GREATEST_PAGE))
  })
}

async function fetchFrom(roomId: string, seq: number): Promise<void> {
  for (let after = seq; ;) {
    const { messages, hasMore } = await call('listMessages', { id: roomId, after, limit: GREATEST_PAGE })
    addPage(roomId, messages)
    const last = messages.at(-1)
    if (!hasMore || !last) return
    after = last.seq
  }
}
