import { call } from '../platform/call.ts'
import { useRooms } from './rooms.ts'
import { addPage, now, replaceStretch, trimStretch, useTimelines } from './timelines.ts'

/** How many messages a page upwards has, and the most that the API gives at once. */
const PAGE = 60
const GREATEST_PAGE = 200
/** How many messages of a room are held while somebody scrolls through it: some fifteen windows full. */
const HELD = 600

/** Fetches that are under way, so that nothing is fetched twice at the same time. */
const underWay = new Map<string, Promise<void>>()

function once(key: string, fetch: () => Promise<void>): Promise<void> {
  const running = underWay.get(key)
  if (running) return running
  const started = fetch().finally(() => {
    if (underWay.get(key) === started) underWay.delete(key)
  })
  underWay.set(key, started)
  return started
}

/** Has nobody wait for what an earlier account has asked: for signing out. */
export const forgetFetches = (): void => underWay.clear()

/** Makes sure that a room's newest messages are there, unless an earlier stretch is being looked at; throws a CallError. */
export function openTimeline(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  if (!timeline) return fetchLatest(roomId)
  const last = timeline.messages.at(-1)?.seq ?? 0
  const isBehind = !timeline.hasNewer && last < (useRooms.getState().rooms[roomId]?.lastSeq ?? 0)
  return isBehind ? fetchAfter(roomId) : Promise.resolve()
}

/** Fetches a room's newest messages in the place of the stretch that is loaded; throws a CallError. */
export function fetchLatest(roomId: string): Promise<void> {
  return once(`latest ${roomId}`, async () => {
    const since = now()
    const wasInPast = useTimelines.getState().timelines[roomId]?.hasNewer ?? false
    const { messages, hasMore } = await call('listMessages', { id: roomId, limit: PAGE })
    const known = useTimelines.getState().timelines[roomId]
    // Somebody has jumped there meanwhile.
    if (known?.hasNewer && !wasInPast) return
    if (known?.hasNewer) replaceStretch(roomId, { messages, hasOlder: hasMore, hasNewer: false })
    else addPage(roomId, messages, { hasOlder: hasMore }, since)
  })
}

/** Fetches the page before the first message that is loaded; throws a CallError. */
export function loadOlder(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  const first = timeline?.messages[0]?.seq
  if (!timeline?.hasOlder || first === undefined) return Promise.resolve()
  return once(`older ${roomId}`, async () => {
    const since = now()
    trimStretch(roomId, 'newest', HELD)
    const { messages, hasMore } = await call('listMessages', { id: roomId, before: first, limit: PAGE })
    // Another stretch may have taken its place meanwhile.
    if (useTimelines.getState().timelines[roomId]?.messages[0]?.seq === first)
      addPage(roomId, messages, { hasOlder: hasMore }, since)
  })
}

/** Leaves a room in which somebody has stood in the past: it opens at its end the next time. */
export async function returnToPresent(roomId: string): Promise<void> {
  const past = useTimelines.getState().timelines[roomId]
  if (!past?.hasNewer) return
  const { messages, hasMore } = await call('listMessages', { id: roomId, limit: PAGE })
  // Somebody may have jumped elsewhere meanwhile.
  if (useTimelines.getState().timelines[roomId] === past)
    replaceStretch(roomId, { messages, hasOlder: hasMore, hasNewer: false })
}

/** Fetches the page behind the last message of a stretch in the past; throws a CallError. */
export function loadNewer(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  const last = timeline?.messages.at(-1)?.seq
  if (!timeline?.hasNewer || last === undefined) return Promise.resolve()
  return once(`newer ${roomId}`, async () => {
    const since = now()
    trimStretch(roomId, 'oldest', HELD)
    const { messages, hasMore } = await call('listMessages', { id: roomId, after: last, limit: PAGE })
    if (useTimelines.getState().timelines[roomId]?.messages.at(-1)?.seq === last)
      addPage(roomId, messages, { hasNewer: hasMore }, since)
  })
}

/** Makes sure that a message is loaded, with those around it; throws a CallError. */
export function openAround(roomId: string, seq: number): Promise<void> {
  const messages = useTimelines.getState().timelines[roomId]?.messages ?? []
  const [first, last] = [messages[0]?.seq, messages.at(-1)?.seq]
  if (first !== undefined && last !== undefined && first <= seq && seq <= last) return Promise.resolve()
  return once(`around ${roomId} ${seq}`, async () => {
    const half = PAGE / 2
    const [before, after] = await Promise.all([
      call('listMessages', { id: roomId, before: seq + 1, limit: half }),
      call('listMessages', { id: roomId, after: seq, limit: half }),
    ])
    replaceStretch(roomId, {
      messages: [...before.messages, ...after.messages],
      hasOlder: before.hasMore,
      hasNewer: after.hasMore,
    })
  })
}

/** Fetches everything behind the last message that is loaded, or begins anew where that is more than is held; throws a CallError. */
export function fetchAfter(roomId: string): Promise<void> {
  return once(`after ${roomId}`, async () => {
    const last = useTimelines.getState().timelines[roomId]?.messages.at(-1)?.seq ?? 0
    await fetchFrom(roomId, last)
  })
}

/** Fetches everything of a room that is loaded anew, edits and all, and everything behind it; throws a CallError. */
export function refreshTimeline(roomId: string): Promise<void> {
  const timeline = useTimelines.getState().timelines[roomId]
  if (timeline?.hasNewer) return fetchLatest(roomId)
  return once(`refresh ${roomId}`, () => fetchFrom(roomId, (timeline?.messages[0]?.seq ?? 1) - 1))
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

/** Fetches what stands behind `seq`; who has missed more than is held begins anew at the newest. */
async function fetchFrom(roomId: string, seq: number): Promise<void> {
  let held = lastSeqOf(roomId) + HELD
  for (let after = seq; ;) {
    const since = now()
    const { messages, hasMore } = await call('listMessages', { id: roomId, after, limit: GREATEST_PAGE })
    if (!joins(roomId, after)) return
    addPage(roomId, messages, {}, since)
    const last = messages.at(-1)
    if (!hasMore || !last) return
    after = last.seq
    if (after < held) continue
    const newest = await call('listMessages', { id: roomId, limit: PAGE })
    if (!joins(roomId, after)) return
    replaceStretch(roomId, { messages: newest.messages, hasOlder: newest.hasMore, hasNewer: false })
    after = lastSeqOf(roomId)
    held = after + HELD
  }
}

const lastSeqOf = (roomId: string): number =>
  useTimelines.getState().timelines[roomId]?.messages.at(-1)?.seq ?? 0

/** Whether what stands right behind `seq` still joins the stretch that is loaded: another one may have taken its place. */
function joins(roomId: string, seq: number): boolean {
  const timeline = useTimelines.getState().timelines[roomId]
  const first = timeline?.messages[0]?.seq ?? 1
  return timeline !== undefined && first - 1 <= seq && seq <= lastSeqOf(roomId)
}
