import { beforeEach, describe, expect, it } from 'vitest'
import {
  addPage,
  countUnread,
  forgetTimeline,
  keepOnly,
  mergeMessages,
  noteInTimeline,
  now,
  resetTimelines,
  trimStretch,
  useTimelines,
} from '../../../desktop/renderer/chat/timelines.ts'
import { message, uuid } from './fake-bridge.ts'

const ROOM = uuid(1)
const seqs = () => useTimelines.getState().timelines[ROOM]?.messages.map(({ seq }) => seq)
const bodies = () => useTimelines.getState().timelines[ROOM]?.messages.map(({ body }) => body)
const page = (...of: number[]) => of.map((seq) => message(seq))

beforeEach(resetTimelines)

describe('mergeMessages', () => {
  it('sorts by seq, keeps each once, and lets what was told replace what was known', () => {
    const edited = { ...message(3), body: 'better' }
    const merged = mergeMessages(page(2, 3, 4), [message(5), edited, message(1)])
    expect(merged.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(merged[2]?.body).toBe('better')
  })
})

describe('a long stretch', () => {
  const reach = () => {
    const { hasOlder, hasNewer } = useTimelines.getState().timelines[ROOM] ?? {}
    return { hasOlder, hasNewer }
  }
  beforeEach(() => addPage(ROOM, page(1, 2, 3, 4, 5)))

  it('lets go of its newest, and knows that there are newer ones', () => {
    trimStretch(ROOM, 'newest', 3)
    expect(seqs()).toEqual([1, 2, 3])
    expect(reach()).toEqual({ hasOlder: false, hasNewer: true })
  })

  it('lets go of its oldest, and knows that there are older ones', () => {
    trimStretch(ROOM, 'oldest', 3)
    expect(seqs()).toEqual([3, 4, 5])
    expect(reach()).toEqual({ hasOlder: true, hasNewer: false })
  })

  it('stays as it is while it is short', () => {
    trimStretch(ROOM, 'newest', 5)
    expect(seqs()).toEqual([1, 2, 3, 4, 5])
    expect(reach()).toEqual({ hasOlder: false, hasNewer: false })
  })
})

describe('a timeline', () => {
  it('grows at both ends, and remembers whether there are older ones', () => {
    addPage(ROOM, page(5, 6), { hasOlder: true })
    addPage(ROOM, page(7, 8))
    expect(useTimelines.getState().timelines[ROOM]?.hasOlder).toBe(true)
    addPage(ROOM, page(3, 4), { hasOlder: false })
    expect(seqs()).toEqual([3, 4, 5, 6, 7, 8])
    expect(useTimelines.getState().timelines[ROOM]?.hasOlder).toBe(false)
  })

  it('takes the next message once, however often it is told', () => {
    addPage(ROOM, page(1, 2), { hasOlder: false })
    expect(noteInTimeline(message(3))).toBe('taken')
    expect(noteInTimeline(message(3))).toBe('taken')
    expect(seqs()).toEqual([1, 2, 3])
  })

  it('does not take a message behind a gap', () => {
    addPage(ROOM, page(1, 2), { hasOlder: false })
    expect(noteInTimeline(message(5))).toBe('gap')
    expect(seqs()).toEqual([1, 2])
  })

  it('takes a change of a message that is loaded, and passes over one that is not', () => {
    addPage(ROOM, page(5, 6), { hasOlder: true })
    noteInTimeline({ ...message(5), body: '', deletedAt: message(5).createdAt })
    noteInTimeline({ ...message(2), body: 'old' })
    expect(seqs()).toEqual([5, 6])
    expect(useTimelines.getState().timelines[ROOM]?.messages[0]?.deletedAt).not.toBeNull()
  })

  it('is not undone by a page that was asked for before a change was told, whatever clocks say', () => {
    addPage(ROOM, page(1, 2), { hasOlder: false })
    const asked = now()
    noteInTimeline({ ...message(2), body: 'better', editedAt: '2001-01-01T00:00:00.000Z' })
    addPage(ROOM, page(1, 2, 3), {}, asked)
    expect(bodies()).toEqual(['message 1', 'better', 'message 3'])
    addPage(ROOM, [{ ...message(2), body: 'better still' }], {}, now())
    expect(bodies()).toEqual(['message 1', 'better still', 'message 3'])
  })

  it('takes the first message of an empty room', () => {
    addPage(ROOM, [], { hasOlder: false })
    expect(noteInTimeline(message(1))).toBe('taken')
    expect(seqs()).toEqual([1])
  })
})

describe('forgetting', () => {
  it('keeps the open room alone', () => {
    addPage(ROOM, page(1), { hasOlder: false })
    addPage(uuid(9), page(1), { hasOlder: false })
    keepOnly(ROOM)
    expect(Object.keys(useTimelines.getState().timelines)).toEqual([ROOM])
    forgetTimeline(ROOM)
    expect(useTimelines.getState().timelines).toEqual({})
  })
})

describe('countUnread', () => {
  it("counts others' messages behind a seq where all of them are loaded", () => {
    addPage(ROOM, [message(4), message(5, uuid(1)), message(6)], { hasOlder: true })
    expect(countUnread(ROOM, 4, uuid(1))).toBe(1)
    expect(countUnread(ROOM, 3, uuid(1))).toBe(2)
    expect(countUnread(ROOM, 1, uuid(1))).toBeNull()
    expect(countUnread(uuid(9), 1, uuid(1))).toBeNull()
  })
})
