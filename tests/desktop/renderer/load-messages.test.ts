import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  fetchAfter,
  fetchLatest,
  openAround,
  refreshTimeline,
} from '../../../desktop/renderer/chat/load-messages.ts'
import { addPage, resetTimelines, useTimelines } from '../../../desktop/renderer/chat/timelines.ts'
import { message, stubBridge, uuid } from './fake-bridge.ts'

const ROOM = uuid(1)
const LAST = 500
const seqs = () => useTimelines.getState().timelines[ROOM]?.messages.map(({ seq }) => seq) ?? []

/** Answers for a room of 500 messages; the newest page only once it is let go. */
function serveHistory(): { letLatestGo: () => void } {
  let letLatestGo = (): void => {}
  const released = new Promise<void>((resolve) => {
    letLatestGo = resolve
  })
  stubBridge({
    async call(_name, { before, after, limit }: { before?: number; after?: number; limit: number }) {
      if (before === undefined && after === undefined) await released
      const first = after === undefined ? Math.max(1, (before ?? LAST + 1) - limit) : after + 1
      const last = after === undefined ? (before ?? LAST + 1) - 1 : Math.min(LAST, after + limit)
      const messages = Array.from({ length: last - first + 1 }, (_, n) => message(first + n))
      return { ok: true, value: { messages, hasMore: after === undefined ? first > 1 : last < LAST } }
    },
  })
  return { letLatestGo }
}

beforeEach(resetTimelines)
afterEach(() => vi.unstubAllGlobals())

it('stays where somebody has jumped to while the newest messages were on their way', async () => {
  const { letLatestGo } = serveHistory()
  const latest = fetchLatest(ROOM)
  await openAround(ROOM, 100)
  letLatestGo()
  await latest
  expect(seqs()).toContain(100)
  expect(seqs()).not.toContain(LAST)
  expect(seqs()).toEqual(seqs().map((_, n) => (seqs()[0] ?? 0) + n))
})

it('goes from the past to the newest messages where that is asked for', async () => {
  const { letLatestGo } = serveHistory()
  await openAround(ROOM, 100)
  letLatestGo()
  await fetchLatest(ROOM)
  expect(seqs()).toContain(LAST)
  expect(seqs()).not.toContain(100)
})

it('leaves no hole where somebody has jumped to while what is missing was on its way', async () => {
  const span = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, n) => message(first + n))
  addPage(ROOM, span(400, 480), { hasOlder: true })
  let letGo = (): void => {}
  const released = new Promise<void>((resolve) => {
    letGo = resolve
  })
  stubBridge({
    async call(_name, { before, after = 0 }: { before?: number; after?: number }) {
      if (before !== undefined)
        return { ok: true, value: { messages: span(before - 30, before - 1), hasMore: true } }
      if (after < 480) return { ok: true, value: { messages: span(after + 1, after + 30), hasMore: true } }
      await released
      return { ok: true, value: { messages: span(after + 1, LAST), hasMore: false } }
    },
  })
  const missing = fetchAfter(ROOM)
  await openAround(ROOM, 100)
  letGo()
  await missing
  expect([seqs()[0], seqs().at(-1)]).toEqual([71, 130])
})

it('begins anew at the newest where more was missed than is held', async () => {
  const end = 50_000
  const asked: unknown[] = []
  stubBridge({
    async call(_name, input: { after?: number; limit: number }) {
      asked.push(input)
      const first = input.after === undefined ? end - input.limit + 1 : input.after + 1
      const last = Math.min(end, first + input.limit - 1)
      const messages = Array.from({ length: last - first + 1 }, (_, n) => message(first + n))
      return { ok: true, value: { messages, hasMore: input.after === undefined || last < end } }
    },
  })
  addPage(ROOM, [message(1)])
  await refreshTimeline(ROOM)
  expect([seqs()[0], seqs().at(-1)]).toEqual([end - 59, end])
  expect(useTimelines.getState().timelines[ROOM]).toMatchObject({ hasOlder: true, hasNewer: false })
  expect(asked.length).toBeLessThan(8)
})
